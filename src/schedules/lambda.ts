import type { Schedule } from '../types.js';
import { checkFunction, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { finiteFrom } from './given.js';
import { epochOf } from './step-number.js';

/** The options of `lambda`. */
export interface LambdaOptions {
  /** The learning rate that the factor multiplies: 0 or more. */
  readonly lr: number;
  /** The factor at step `t`, 1 for the first step: a finite number. It must depend on nothing but `t`. */
  readonly factor: (t: number) => number;
}

/**
 * `lr * factor(t)`.
 *
 * PyTorch: `torch.optim.lr_scheduler.LambdaLR`, whose function gets the epoch, `t - 1`, where this one gets the step.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more, and when `factor` returns no finite number.
 */
export function lambda(options: LambdaOptions): Schedule {
  checkKeys('lambda', options, ['lr', 'factor']);
  const { lr, factor } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkFunction('factor', factor);
  return t => {
    epochOf(t);
    return lr * finiteFrom('factor', t, factor(t));
  };
}
