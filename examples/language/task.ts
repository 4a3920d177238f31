import { type Bags, bagTexts } from './features.js';
import { type Language, readNames, splitByConcept } from './names.js';

/** Texts with the language of each, ready for the model. */
export interface Examples {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly bags: Bags;
}

/** What is to be learnt, and what it is tested on. */
export interface Task {
  readonly languages: readonly Language[];
  readonly train: Examples;
  /** Names of concepts that are not in `train`. */
  readonly single: Examples;
  /** 1 for each of `single` that only one of the languages writes so, and that can therefore be told for sure. */
  readonly singleIsUnique: Uint8Array;
  /** Three names of `single` in one language, one after the other: as long as a short sentence. */
  readonly joined: Examples;
}

/** How many joined names there are of each language. */
const joinedPerLanguage = 100;

type Labelled = { readonly text: string; readonly language: number };

function examples(names: readonly Labelled[], buckets: number): Examples {
  const texts = names.map(({ text }) => text);
  return {
    texts,
    labels: Int32Array.from(names, ({ language }) => language),
    bags: bagTexts(texts, buckets),
  };
}

/**
 * @param buckets rows of the embedding that features are hashed to
 * @param seed which concepts are held back
 * @param random draws the names that are joined
 */
export function makeTask(buckets: number, seed: number, random: () => number): Task {
  const { languages, names } = readNames();
  const { train, test } = splitByConcept(names, seed);
  const spellings = new Map<string, number>();
  for (const { text } of names) spellings.set(text, (spellings.get(text) ?? 0) + 1);
  const joined = languages.flatMap((_, language) => {
    const mine = test.filter(name => name.language === language);
    const draw = (): string => mine[Math.floor(random() * mine.length)]!.text;
    return Array.from({ length: joinedPerLanguage }, () => ({
      text: `${draw()} ${draw()} ${draw()}`,
      language,
    }));
  });
  return {
    languages,
    train: examples(train, buckets),
    single: examples(test, buckets),
    singleIsUnique: Uint8Array.from(test, ({ text }) => (spellings.get(text) === 1 ? 1 : 0)),
    joined: examples(joined, buckets),
  };
}
