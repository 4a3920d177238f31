/** What a hyper-parameter may be, as data: one entry serves the check, the message and the documents. */
import { OptionError, show } from './errors.js';
import type { Dtype } from './types.js';

/** A set of numbers. */
export interface NumberRange {
  readonly kind: 'number';
  /** As it stands in a message: "a number in [0, 1)". */
  readonly text: string;
  readonly holds: (x: number) => boolean;
  /** For a number that, where it is not 0, must not become 0 in the tensors' own type. */
  readonly stays?: boolean;
  /** For one that may be null, which is none. */
  readonly orNull?: boolean;
}

/** Lists of a length, or of up to it where there is a least one. */
export interface ListRange {
  readonly kind: 'list';
  readonly of: NumberRange;
  readonly length: number;
  readonly least?: number;
}

/** The range of an option. */
export type Range =
  | NumberRange
  | ListRange
  | { readonly kind: 'choice'; readonly of: readonly string[]; readonly orNull?: boolean }
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
/** Zero or less. */
export const nonPositive = number('a finite number <= 0', x => x <= 0 && x > -Infinity);
/** Above zero. */
export const positive = number('a finite number > 0', x => x > 0 && x < Infinity);
/** A factor of an average that may also stand still. */
export const zeroToOne = number('a number in [0, 1]', x => x >= 0 && x <= 1);
/** At least 1. */
export const fromOne = number('a finite number >= 1', x => x >= 1 && x < Infinity);
/** Seeds. */
export const wholeFromZero = number(
  'a whole number from 0 to 2^53 - 1',
  x => Number.isSafeInteger(x) && x >= 0,
);
/** Counts. */
export const wholeFromOne = number('a whole number >= 1', x => Number.isSafeInteger(x) && x >= 1);
/** A factor of an average: 0 keeps nothing, 1 would never learn. */
export const belowOne = number('a number in [0, 1)', x => x >= 0 && x < 1);
/** How often something is done. */
export const wholeBelow100 = number(
  'a whole number from 0 to 99',
  x => Number.isInteger(x) && x >= 0 && x < 100,
);
/** Strictly between 0 and 1. */
export const betweenZeroAndOne = number('a number in (0, 1)', x => x > 0 && x < 1);
/** A power that a rate falls with, or stands still. */
export const minusOneToZero = number('a number in [-1, 0]', x => x >= -1 && x <= 0);
/** A number that keeps a division from going through zero; 0 where that is left to the gradients. */
export const epsilon: NumberRange = { ...nonNegative, stays: true };

const orNull = (range: NumberRange): NumberRange => ({
  ...range,
  text: `${range.text}, or null`,
  orNull: true,
});

/** An epsilon, or null for one that follows from the tensors' type. */
export const epsilonOrNull = orNull(epsilon);
/** Zero or more, or null for none. */
export const nonNegativeOrNull = orNull(nonNegative);
/** Above zero, or null for none. */
export const positiveOrNull = orNull(positive);
/** A factor of an average below 1, or null for what follows from others. */
export const belowOneOrNull = orNull(belowOne);
/** A count, or null for what follows from others. */
export const wholeFromOneOrNull = orNull(wholeFromOne);
/** At least 1, or null for none. */
export const fromOneOrNull = orNull(fromOne);

/** The least number above zero of each type, and the largest. */
export const limits = {
  float32: { least: 2 ** -149, most: 3.4028234663852886e38 },
  float64: { least: Number.MIN_VALUE, most: Number.MAX_VALUE },
} as const;

/** Throws unless a number is in its range and can be told from zero, and from infinity, in the tensors' type. */
export function checkNumber(
  value: unknown,
  range: NumberRange,
  name: string,
  dtype: Dtype,
): asserts value is number | null {
  if (value === null && range.orNull) return;
  if (typeof value !== 'number' || !range.holds(value)) {
    throw new OptionError(`Expected ${range.text} for ${name}, got ${show(value)}`);
  }
  const { least, most } = limits[dtype];
  if (Math.abs(value) > most) {
    throw new OptionError(`Expected ${name} to be finite in ${dtype}, at most ${most}, got ${show(value)}`);
  }
  if (range.stays && value !== 0 && value <= least / 2) {
    throw new OptionError(
      `Expected ${name} to be 0, or at least ${least}, the least number above it in ${dtype}, got ${show(value)}`,
    );
  }
}
