import { power } from '../numerics/precise-power.js';
import type { Schedule } from '../types.js';
import { checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `exponential`. */
export interface ExponentialOptions {
  /** The learning rate of the first step: 0 or more. */
  readonly lr: number;
  /** What every further step multiplies it by: 0 or more. Above 1 it grows, as in a search for the largest rate. */
  readonly gamma: number;
}

/**
 * `lr * gamma ** (t - 1)`.
 *
 * PyTorch: `torch.optim.lr_scheduler.ExponentialLR`. A step here is PyTorch's epoch: for a decay by `gamma` once per
 * pass over the data use `stepDecay` with the steps of a pass.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function exponential(options: ExponentialOptions): Schedule {
  checkKeys('exponential', options, ['lr', 'gamma']);
  const { lr, gamma } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkNumber('gamma', gamma, ZERO_OR_MORE);
  return t => lr * power(gamma, epochOf(t));
}
