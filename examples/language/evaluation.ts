import type { Model } from './model.js';
import type { Examples, Task } from './task.js';

/** Shares of right answers, on what the model has not been trained on. */
export interface Accuracy {
  readonly single: number;
  /** Of single names that only one of the languages writes so. */
  readonly unique: number;
  readonly joined: number;
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

export function accuracy(model: Model, { single, singleIsUnique, joined }: Task): Accuracy {
  const ofSingle = hits(model, single);
  return {
    single: share(ofSingle),
    unique: share(ofSingle, singleIsUnique),
    joined: share(hits(model, joined)),
  };
}

export function singleAccuracy(model: Model, { single }: Task): number {
  return share(hits(model, single));
}
