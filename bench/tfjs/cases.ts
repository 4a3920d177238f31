/** What the drop-in is raced at: every case, which each backend of TensorFlow.js runs. */
import { model } from '../cases.js';
import { count } from '../report/format.js';
import { adam, optimizers, type Raced } from './optimizers.js';
import type { Group } from './results.js';

/** A model that is trained. */
export interface Model {
  /** Inputs, and the units of each dense layer. */
  readonly widths: readonly number[];
  /** Examples of a training step. */
  readonly batch: number;
}

/** One race. */
export interface Case {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly raced: Raced;
  /** Elements of each variable. */
  readonly lengths: readonly number[];
  /** Where the steps are those of `model.fit`. */
  readonly model?: Model;
}

const one = (raced: Raced, n: number, group: Group): Case => ({
  id: `${raced.name.replace(' ', '+')}/1e${Math.log10(n)}`,
  group,
  title: `${raced.name}, one variable of ${count(n)}`,
  raced,
  lengths: [n],
});

const several = (lengths: readonly number[], id: string, words: string): Case => ({
  id: `adam/${id}`,
  group: 'adam',
  title: `adam, ${words}`,
  raced: adam,
  lengths,
});

function training(widths: readonly number[], batch: number): Case {
  const name = widths.join('-');
  const lengths = widths.slice(1).flatMap((units, i) => [widths[i]! * units, units]);
  return {
    ...several(lengths, `fit/${name}`, `model.fit of a dense ${name}, ${batch} examples a step`),
    group: 'fit',
    model: { widths, batch },
  };
}

/** Where all optimizers meet. */
export const meeting = 1e5;

/** @param quick leaves out all optimizers but Adam */
export const cases = (quick: boolean): Case[] => [
  ...[1e3, 1e4, 1e5, 1e6].map(n => one(adam, n, 'adam')),
  several(Array(100).fill(1000), '100x1000', '100 variables of 1,000'),
  several(Array(1000).fill(100), '1000x100', '1,000 variables of 100'),
  several(model, 'model', `the ${model.length} variables of a small model`),
  training([784, 128, 10], 32),
  ...(quick ? [] : optimizers.filter(raced => raced !== adam)).map(raced =>
    one(raced, meeting, 'optimizers'),
  ),
];
