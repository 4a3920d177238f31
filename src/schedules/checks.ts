import { didYouMean } from '../did-you-mean.js';
import { OptionError, show } from '../errors.js';
import { isObject, keysOf } from '../given.js';

/** A range of numbers: as it is written in a message, and as it is tested. NaN is in none. */
export interface Range {
  readonly text: string;
  holds(value: number): boolean;
}

/** Rates and factors: finite and not negative. PyTorch checks few of them; below zero a step would ascend. */
export const ZERO_OR_MORE: Range = { text: '[0, Infinity)', holds: value => value >= 0 && value < Infinity };
/** Divisors. */
export const ABOVE_ZERO: Range = { text: '(0, Infinity)', holds: value => value > 0 && value < Infinity };
/** Shares of a whole. */
export const ZERO_TO_ONE: Range = { text: '[0, 1]', holds: value => value >= 0 && value <= 1 };
/** Momentum, and factors that have to shrink what they multiply. */
export const BELOW_ONE: Range = { text: '[0, 1)', holds: value => value >= 0 && value < 1 };

/** Throws unless `options` is an object that has no key but `keys`: a misspelt option must not pass for a default. */
export function checkKeys<Options extends object>(
  owner: string,
  options: Options,
  keys: readonly (keyof Options & string)[],
): void {
  if (!isObject(options)) {
    throw new OptionError(`Expected an object of options for ${owner}, got ${show(options)}`);
  }
  const known: readonly PropertyKey[] = keys;
  for (const key of keysOf(options)) {
    if (known.includes(key)) continue;
    throw new OptionError(
      `Expected no options but ${keys.join(', ')} for ${owner}, got ${show(key)}${didYouMean(key, keys)}`,
    );
  }
}

/** Throws unless `value` is a number in `range`. */
export function checkNumber(name: string, value: unknown, range: Range): void {
  if (typeof value === 'number' && range.holds(value)) return;
  throw new OptionError(`Expected a number in ${range.text} for ${name}, got ${show(value)}`);
}

/** Throws unless `value` is an integer from `least` to `most`; without `most`, up to 2^53 - 1. */
export function checkInteger(name: string, value: unknown, least: number, most?: number): void {
  if (Number.isSafeInteger(value)) {
    const integer = value as number;
    if (integer >= least && (most === undefined || integer <= most)) return;
  }
  const range = most === undefined ? `of ${least} or more` : `in [${least}, ${most}]`;
  throw new OptionError(`Expected an integer ${range} for ${name}, got ${show(value)}`);
}

/** Throws unless `value` is `true` or `false`: a string such as `"false"` must not pass for true. */
export function checkFlag(name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new OptionError(`Expected true or false for ${name}, got ${show(value)}`);
}

/** Throws unless `value` is one of `choices`. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  throw new OptionError(
    `Expected ${choices.map(show).join(' or ')} for ${name}, got ${show(value)}${didYouMean(value, choices)}`,
  );
}

/** Throws unless `value` is a function. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new OptionError(`Expected a function for ${name}, got ${show(value)}`);
}
