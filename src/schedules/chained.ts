import { OptionError, show } from '../errors.js';
import type { Hyper, Schedule } from '../types.js';
import { checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { finiteFrom, scheduleFrom } from './given.js';
import { remembering } from './memory.js';
import { epochOf } from './step-number.js';

/** The options of `chained`. */
export interface ChainedOptions {
  /** The learning rate that all factors multiply: 0 or more. */
  readonly lr: number;
  /** Schedules of a factor, that is with an `lr` of 1; or numbers. At least one. */
  readonly factors: readonly Hyper[];
}

/**
 * `lr` times the product of several schedules at the same step:
 * `chained({ lr: 0.1, factors: [constant({ lr: 1, factor: 0.1 }), exponential({ lr: 1, gamma: 0.95 })] })`.
 *
 * PyTorch: `torch.optim.lr_scheduler.ChainedScheduler`, of schedulers that multiply. Its schedulers change one shared
 * learning rate in turn, which for those that do not multiply (a cosine with `eta_min`) gives something that is
 * neither a product nor a sum; that is not imitated.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more, and when a factor is no finite number.
 */
export function chained(options: ChainedOptions): Schedule {
  checkKeys('chained', options, ['lr', 'factors']);
  const { lr, factors } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  if (!Array.isArray(factors) || factors.length === 0) {
    throw new OptionError(`Expected an array of one schedule or more for factors, got ${show(factors)}`);
  }
  // A copy has no holes, which would be passed over.
  const schedules = Array.from(factors, (factor: Hyper, i) => scheduleFrom(`factors[${i}]`, factor));
  return remembering(schedules, t => {
    epochOf(t);
    let product = lr;
    for (const schedule of schedules) product *= finiteFrom('a factor', t, schedule(t));
    return finiteFrom('the product of factors', t, product);
  });
}
