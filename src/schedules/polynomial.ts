import { power as integerPower } from '../numerics/precise-power.js';
import { realPower } from '../numerics/real-power.js';
import type { Schedule } from '../types.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `polynomial`. */
export interface PolynomialOptions {
  /** The learning rate of the first step: 0 or more. */
  readonly lr: number;
  /** After how many steps the learning rate is 0, an integer of 1 or more. Default 5. */
  readonly totalIters?: number;
  /** The exponent, 0 or more; 1 is a straight line. Default 1. */
  readonly power?: number;
}

/**
 * `lr * (1 - (t - 1) / totalIters) ** power`, and 0 from step `totalIters + 1` on.
 *
 * The bits are the same on every engine; they are the nearest ones where `power` is a multiple of 1/2.
 *
 * PyTorch: `torch.optim.lr_scheduler.PolynomialLR`, which takes a negative power, and no steps (`total_iters=0`) for a rate that
 * stays. Keras (`PolynomialDecay`) and TensorFlow add an end rate above 0.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function polynomial(options: PolynomialOptions): Schedule {
  checkKeys('polynomial', options, ['lr', 'totalIters', 'power']);
  const { lr, totalIters = 5, power = 1 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkInteger('totalIters', totalIters, 1);
  checkNumber('power', power, ZERO_OR_MORE);
  const whole = Math.floor(power);
  const isHalf = power - whole === 0.5;
  const isExact = Number.isSafeInteger(whole) && (isHalf || power === whole);
  return t => {
    const left = (totalIters - Math.min(epochOf(t), totalIters)) / totalIters;
    if (!isExact) return left === 0 ? 0 : lr * realPower(left, power);
    return lr * integerPower(left, whole) * (isHalf ? Math.sqrt(left) : 1);
  };
}
