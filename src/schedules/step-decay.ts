import { power } from '../numerics/precise-power.js';
import type { Schedule } from '../types.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `stepDecay`. */
export interface StepDecayOptions {
  /** The learning rate of the first `stepSize` steps: 0 or more. */
  readonly lr: number;
  /** After how many steps, each time, the learning rate is multiplied by `gamma`: an integer of 1 or more. */
  readonly stepSize: number;
  /** What it is multiplied by: 0 or more. Default 0.1. */
  readonly gamma?: number;
}

/**
 * `lr * gamma ** floor((t - 1) / stepSize)`: stairs of equal length.
 *
 * PyTorch: `torch.optim.lr_scheduler.StepLR`; it is not called `step` here, where a step is what an optimizer does.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkKeys('stepDecay', options, ['lr', 'stepSize', 'gamma']);
  const { lr, stepSize, gamma = 0.1 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkInteger('stepSize', stepSize, 1);
  checkNumber('gamma', gamma, ZERO_OR_MORE);
  return t => lr * power(gamma, Math.floor(epochOf(t) / stepSize));
}
