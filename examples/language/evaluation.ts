import type { Model } from './model.js';
import type { Examples, Task } from './task.js';

/** Shares of right answers, on what the model has not been trained on. */
export interface Accuracy {
  readonly single: number;
  /** Of single names that only one of the languages writes so. */
  readonly unique: number;
  readonly joined: number;
  /** 1 for each single name that was told right. */
  readonly singleHits: Uint8Array;
}

export interface Guess {
  readonly language: number;
  readonly probability: number;
}

/** The languages that text `i` is most likely to be in, the likeliest first. */
export function guesses(model: Model, { bags }: Pick<Examples, 'bags'>, i: number, count: number): Guess[] {
  return Array.from(model.probabilities(bags, i), (probability, language) => ({ language, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}

/** 1 for each example that the model gets right. */
function hits(model: Model, { bags, labels }: Examples): Uint8Array {
  return Uint8Array.from(labels, (label, i) => {
    const output = model.probabilities(bags, i);
    let best = 0;
    for (let c = 1; c < output.length; c++) if (output[c]! > output[best]!) best = c;
    return best === label ? 1 : 0;
  });
}

function share(found: Uint8Array, among?: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < found.length; i++) {
    if (among !== undefined && among[i] === 0) continue;
    sum += found[i]!;
    count++;
  }
  return sum / count;
}

/** The interval that holds the true share of right answers in 95 of 100 cases (Wilson 1927). */
export function interval(found: Uint8Array): [low: number, high: number] {
  const [n, p, z] = [found.length, share(found), 1.96];
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [middle - half, middle + half];
}

/** Whether two models that answered the same questions differ by more than chance, 95 of 100 times (McNemar 1947). */
export function differ(one: Uint8Array, other: Uint8Array): boolean {
  let [onlyOne, onlyOther] = [0, 0];
  one.forEach((hit, i) => {
    if (hit > other[i]!) onlyOne++;
    if (hit < other[i]!) onlyOther++;
  });
  return (onlyOne - onlyOther) ** 2 > 3.84 * (onlyOne + onlyOther);
}

/** The place of each of a list that is sorted, the best first. Who does not differ from the first of a place shares it. */
export function places(sorted: readonly Uint8Array[]): number[] {
  let leader = 0;
  return sorted.map((hits, i) => {
    if (i > 0 && differ(sorted[leader]!, hits)) leader = i;
    return leader + 1;
  });
}

export function accuracy(model: Model, { single, singleIsUnique, joined }: Task): Accuracy {
  const ofSingle = hits(model, single);
  return {
    single: share(ofSingle),
    unique: share(ofSingle, singleIsUnique),
    joined: share(hits(model, joined)),
    singleHits: ofSingle,
  };
}

export function singleAccuracy(model: Model, { single }: Task): number {
  return share(hits(model, single));
}
