import { OptionError, show } from '../errors.js';

/**
 * PyTorch's epoch of step `t`: the number of steps already taken, `t - 1`.
 *
 * Every schedule but `cosineWarmRestarts` begins with it, so that they refuse the same steps: 0 (counting from the wrong end),
 * fractions, NaN, and numbers past 2^53 - 1, where `t - 1` is no longer exact.
 *
 * @throws OptionError unless `t` is an integer of 1 or more.
 */
export function epochOf(t: number): number {
  if (Number.isSafeInteger(t) && t >= 1) return t - 1;
  throw new OptionError(`Expected an integer of 1 or more for the step t, got ${show(t)}`);
}

/**
 * The same where a step may lie between two: 1.5 is half a step after the first one.
 *
 * @throws OptionError unless `t` is a number of 1 or more, up to 2^53 - 1.
 */
export function fractionalEpochOf(t: number): number {
  if (typeof t === 'number' && t >= 1 && t <= Number.MAX_SAFE_INTEGER) return t - 1;
  throw new OptionError(`Expected a number of 1 or more for the step t, got ${show(t)}`);
}
