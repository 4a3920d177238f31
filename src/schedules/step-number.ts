import { OptionError, show } from '../errors.js';

/**
 * PyTorch's epoch of step `t`: the number of steps already taken, `t - 1`.
 *
 * Every schedule begins with it, so that every schedule refuses the same steps: 0 (counting from the wrong end),
 * fractions, NaN, and numbers past 2^53 - 1, where `t - 1` is no longer exact.
 *
 * @throws OptionError unless `t` is an integer of 1 or more.
 */
export function epochOf(t: number): number {
  if (Number.isSafeInteger(t) && t >= 1) return t - 1;
  throw new OptionError(`Expected an integer of 1 or more for the step t, got ${show(t)}`);
}
