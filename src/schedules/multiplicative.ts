import type { Schedule } from '../types.js';
import { checkFunction, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { finiteFrom } from './given.js';
import { epochOf } from './step-number.js';

/** The options of `multiplicative`. */
export interface MultiplicativeOptions {
  /** The learning rate of the first step: 0 or more. */
  readonly lr: number;
  /**
   * What the learning rate of step `t - 1` is multiplied by to give that of step `t`: a finite number. It is called
   * for `t` of 2 or more, and must depend on nothing but `t`.
   */
  readonly factor: (t: number) => number;
}

/**
 * `lr` at step 1, then at every step the learning rate before it times `factor(t)`: a running product.
 *
 * The product has no closed form, so the schedule remembers the last step that it was asked for. The value for `t`
 * does not depend on this, only the time: asked in order it costs one call of `factor` per step, after a jump (a
 * resumed training) once as many calls as there are steps.
 *
 * PyTorch: `torch.optim.lr_scheduler.MultiplicativeLR`, whose function gets the epoch, `t - 1`, where this one gets
 * the step.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more, and when `factor` returns no finite number.
 */
export function multiplicative(options: MultiplicativeOptions): Schedule {
  checkKeys('multiplicative', options, ['lr', 'factor']);
  const { lr, factor } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkFunction('factor', factor);
  let reached = 1;
  let product = lr;
  return t => {
    epochOf(t);
    if (t < reached) {
      reached = 1;
      product = lr;
    }
    while (reached < t) {
      // Multiplied before it is counted: a factor that throws leaves the two in step.
      product = finiteFrom('the product of factors', reached + 1, product * factor(reached + 1));
      reached++;
    }
    return product;
  };
}
