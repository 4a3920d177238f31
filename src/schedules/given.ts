import { OptionError, show } from '../errors.js';
import type { Hyper, Schedule } from '../types.js';
import { ZERO_OR_MORE } from './checks.js';

/**
 * A schedule from what a caller gave: a function as it is, a number as the schedule that always returns it.
 *
 * @throws OptionError unless `value` is a function or a finite number of 0 or more.
 */
export function scheduleFrom(name: string, value: Hyper): Schedule {
  if (typeof value === 'function') return value;
  if (typeof value === 'number' && ZERO_OR_MORE.holds(value)) return () => value;
  throw new OptionError(`Expected a schedule or a number in [0, Infinity) for ${name}, got ${show(value)}`);
}

/**
 * What a caller's function returned at step `t`, proved finite: NaN must be found at the function that made it, not
 * in the parameters it has spoilt.
 *
 * @throws OptionError unless `value` is a finite number.
 */
export function finiteFrom(name: string, t: number, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new OptionError(`Expected a finite number from ${name} at step ${t}, got ${show(value)}`);
}
