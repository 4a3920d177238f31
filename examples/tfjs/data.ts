/** Names in some languages as a matrix of numbers: the data of the main example, small enough for a dense network. */
import { cast, oneHot, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { bagTexts } from '../language/features.js';
import { type Name, readNames, splitByConcept } from '../language/names.js';

/** Twelve languages in one alphabet, some of them close relatives. */
export const languages = ['de', 'nl', 'sv', 'da', 'fr', 'es', 'it', 'pt', 'pl', 'cs', 'hu', 'fi'] as const;

/** Columns that the features are hashed to. */
export const width = 1024;

/** Texts as rows, and the language of each. */
export interface Rows {
  readonly count: number;
  /** [count, width]: how often a feature occurs, over the root of how many there are. */
  readonly values: Float32Array;
  /** By row, an index of `languages`. */
  readonly labels: Int32Array;
}

/** What is learnt from, and names of concepts that are not in it. */
export interface Data {
  readonly train: Rows;
  readonly test: Rows;
}

function rowsOf(names: readonly Name[]): Rows {
  const { offsets, indices } = bagTexts(
    names.map(({ text }) => text),
    width,
  );
  const values = new Float32Array(names.length * width);
  names.forEach((_, row) => {
    const [from, to] = [offsets[row]!, offsets[row + 1]!];
    const one = 1 / Math.sqrt(to - from);
    for (let at = from; at < to; at++) values[row * width + indices[at]!]! += one;
  });
  return { count: names.length, values, labels: Int32Array.from(names, ({ language }) => language) };
}

// The same order every time, in which no language comes in one piece: by a hash of the text.
function shuffled(names: readonly Name[]): Name[] {
  const keyOf = ({ text, language }: Name) => {
    let hash = language;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  };
  return names
    .map(name => ({ name, key: keyOf(name) }))
    .sort((a, b) => a.key - b.key)
    .map(({ name }) => name);
}

/**
 * Reads the names that this Node carries.
 *
 * @param most how many names to learn from at the most
 */
export function readData(most = Infinity): Data {
  const all = readNames();
  const index = new Map<string, number>(languages.map((code, i) => [code, i]));
  const mine = all.names.flatMap(name => {
    const language = index.get(all.languages[name.language]!.code);
    return language === undefined ? [] : [{ ...name, language }];
  });
  const { train, test } = splitByConcept(mine, 1);
  return { train: rowsOf(shuffled(train).slice(0, most)), test: rowsOf(test) };
}

/** Rows as tensors, to be disposed. */
export function tensorsOf({ count, values, labels }: Rows): { x: Tensor2D; y: Tensor2D } {
  return {
    x: tensor2d(values, [count, width]),
    y: tidy(() => cast(oneHot(tensor1d(labels, 'int32'), languages.length), 'float32') as Tensor2D),
  };
}
