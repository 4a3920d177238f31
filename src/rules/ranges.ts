/** What a hyper-parameter may be, as data: one entry serves the check, the message and the documents. */
import { OptionError, show } from '../errors.js';
import type { Dtype } from '../types.js';

/** A set of numbers. */
export interface NumberRange {
  readonly kind: 'number';
  /** As it stands in a message: "a number in [0, 1)". */
  readonly text: string;
  readonly holds: (x: number) => boolean;
  /** For a number that must stay above zero in the tensors' own type. */
  readonly normal?: boolean;
}

/** The range of an option. */
export type Range =
  | NumberRange
  | { readonly kind: 'pair'; readonly of: NumberRange }
  | { readonly kind: 'flag' };

const number = (text: string, holds: (x: number) => boolean): NumberRange => ({
  kind: 'number',
  text,
  holds,
});

/** Any finite number. */
export const finite = number('a finite number', x => Number.isFinite(x));
/** Zero or more. */
export const nonNegative = number('a finite number >= 0', x => x >= 0 && x < Infinity);
/** Above zero. */
export const positive = number('a finite number > 0', x => x > 0 && x < Infinity);
/** At least 1. */
export const fromOne = number('a finite number >= 1', x => x >= 1 && x < Infinity);
/** A factor of an average: 0 keeps nothing, 1 would never learn. */
export const belowOne = number('a number in [0, 1)', x => x >= 0 && x < 1);
/** Strictly between 0 and 1. */
export const betweenZeroAndOne = number('a number in (0, 1)', x => x > 0 && x < 1);
/** A number that keeps a division from going through zero. */
export const epsilon: NumberRange = { ...positive, normal: true };
/** Two of the same range. */
export const pairOf = (of: NumberRange): Range => ({ kind: 'pair', of });
/** Yes or no. */
export const flag: Range = { kind: 'flag' };

const limits = {
  float32: { least: 2 ** -126, most: 3.4028234663852886e38 },
  float64: { least: 2 ** -1022, most: Number.MAX_VALUE },
} as const;

/** Throws unless a number is in its range and can be told from zero, and from infinity, in the tensors' type. */
export function checkNumber(
  value: unknown,
  range: NumberRange,
  name: string,
  dtype: Dtype,
): asserts value is number {
  if (typeof value !== 'number' || !range.holds(value)) {
    throw new OptionError(`Expected ${range.text} for ${name}, got ${show(value)}`);
  }
  const { least, most } = limits[dtype];
  if (Math.abs(value) > most) {
    throw new OptionError(`Expected ${name} to be finite in ${dtype}, at most ${most}, got ${show(value)}`);
  }
  if (range.normal && value < least) {
    throw new OptionError(
      `Expected ${name} to be at least ${least}, the least normal number of ${dtype}, got ${show(value)}`,
    );
  }
}
