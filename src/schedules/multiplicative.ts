import { OptionError, show } from '../errors.js';
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

// Calls of a factor that one step may cost, and after how many steps the product is written down.
const mostAtOnce = 10_000_000;
const stride = 100_000;

/**
 * `lr` at step 1, then at every step the learning rate before it times `factor(t)`: a running product.
 *
 * The product has no closed form, so the schedule remembers how far it was asked for, and the product at every 100,000th
 * step. The value for `t` does not depend on this, only the time: asked in order it costs one call of `factor` per step, after
 * a jump (a resumed training) once as many calls as there are steps. A jump of more than 10,000,000 steps is refused, since a
 * step may come from a file, which may name any: a training that is longer is resumed by calling the schedule at steps on the
 * way first (`for (let t = 1e7; t < steps; t += 1e7) schedule(t)`), or by `lambda`, for a product that has a closed form.
 *
 * PyTorch: `torch.optim.lr_scheduler.MultiplicativeLR`, whose function gets the epoch, `t - 1`, where this one gets
 * the step.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more, for one more than 10,000,000 after those that it was asked for, and when `factor` returns no finite
 * number.
 */
export function multiplicative(options: MultiplicativeOptions): Schedule {
  checkKeys('multiplicative', options, ['lr', 'factor']);
  const { lr, factor } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkFunction('factor', factor);
  const landmarks = [lr];
  let reached = 1;
  let product = lr;
  return t => {
    epochOf(t);
    const mark = Math.min(Math.floor((t - 1) / stride), landmarks.length - 1);
    if (t < reached || 1 + mark * stride > reached) {
      reached = 1 + mark * stride;
      product = landmarks[mark]!;
    }
    if (t - reached > mostAtOnce) {
      throw new OptionError(
        `Expected a step of multiplicative at most ${mostAtOnce} after the last one that it was asked for, got ${show(t)} after ` +
          `${reached}; call the schedule at steps on the way first`,
      );
    }
    while (reached < t) {
      // Multiplied before it is counted: a factor that throws leaves the two in step.
      product = finiteFrom('the product of factors', reached + 1, product * factor(reached + 1));
      reached++;
      if (reached === 1 + landmarks.length * stride) landmarks.push(product);
    }
    return product;
  };
}
