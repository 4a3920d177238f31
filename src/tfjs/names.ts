/**
 * What options are called. tf.train's arguments have other names than lanestep's options, and the two betas are one option here:
 * both ways to name one are taken, and an error speaks as the caller does.
 */
import { OptionError } from '../errors.js';
import type { Hyper } from '../types.js';

/** TensorFlow.js' names by lanestep's. */
export type Names = Readonly<Record<string, string>>;

/** tf.train's names for options that lanestep's own classes have, too. */
export interface Arguments {
  /** The learning rate: `lr`. */
  learningRate?: Hyper;
  /** The first of `betas`. */
  beta1?: Hyper;
  /** The second of `betas`. */
  beta2?: Hyper;
  /** `eps`. */
  epsilon?: Hyper;
}

/** Those of most optimizers. */
export const argumentNames: Names = {
  lr: 'learningRate',
  'betas[0]': 'beta1',
  'betas[1]': 'beta2',
  eps: 'epsilon',
};

function refuseBoth(given: string, other: string): never {
  throw new OptionError(`Expected ${given} or ${other}, which are the same, got both`);
}

/** Options by lanestep's names, and which of TensorFlow.js' were among those that were given. */
export interface Translated {
  readonly options: Record<string, unknown>;
  readonly used: Names;
}

/**
 * Options by lanestep's names.
 *
 * @param given by either's names
 * @param pairNow the present value of an option that is a pair, for one of which one half was given
 * @throws OptionError where one was given by both
 */
export function translated(
  given: object,
  names: Names,
  pairNow: (key: string) => readonly unknown[] | undefined,
): Translated {
  const options: Record<string, unknown> = { ...given };
  const used: Record<string, string> = {};
  for (const [own, theirs] of Object.entries(names)) {
    if (!Object.hasOwn(options, theirs)) continue;
    const [, pair, half] = /^(\w+)\[(\d)\]$/.exec(own) ?? [];
    // Who has no such pair may have an option of that name.
    if (pair !== undefined && options[pair] === undefined && !pairNow(pair)?.length) continue;
    const value = options[theirs];
    delete options[theirs];
    if (value === undefined) continue;
    used[own] = theirs;
    const key = pair ?? own;
    if ((given as Record<string, unknown>)[key] !== undefined) refuseBoth(theirs, key);
    if (pair === undefined) options[key] = value;
    else {
      const now = (options[key] as unknown[] | undefined) ?? pairNow(key)!;
      options[key] = [0, 1].map(i => (i === Number(half) ? value : now[i]));
    }
  }
  return { options, used };
}

/** A message with TensorFlow.js' names in the place of lanestep's; what is quoted stays. */
function renamed(message: string, names: Names): string {
  const words = { ...names, ...(names['betas[0]'] ? { betas: 'beta1, beta2' } : {}) };
  return message
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, i) => {
      if (i % 2 > 0) return part;
      return part.replace(/\b(\w+(?:\[\d\])?)/g, (_, word: string) =>
        Object.hasOwn(words, word) ? (words as Names)[word]! : word,
      );
    })
    .join('');
}

/** Runs what may throw an OptionError, whose message then has these names. */
export function speaking<T>(names: Names, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OptionError) error.message = renamed(error.message, names);
    throw error;
  }
}
