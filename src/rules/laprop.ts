import { lapropKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `LaProp` takes; each number may be a function of the step. */
export interface LaPropOptions extends StepOptions {
  /** Learning rate, >= 0. Default 4e-4. */
  lr?: Hyper;
  /** Decay rates of the averages of the divided gradient and of the gradient's square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-15. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself and after the step: what it takes is this part of the parameter. Default 0. */
  weightDecay?: Hyper;
  /** Divide by the largest second moment so far. Default false. */
  amsgrad?: boolean;
  /** Divide by the standard deviation of the gradient, from the eleventh step on. Default false. */
  centered?: boolean;
  /** Do not multiply `weightDecay` by lr. Default true. */
  fixedDecay?: boolean;
}

/** The average of the learning rates, this step's included. */
const averageRate = (lr: number, beta1: number, before: number): number => before * beta1 + (1 - beta1) * lr;

/** The rule of `LaProp`. */
export const laprop: Rule<LaPropOptions> = {
  name: 'laprop',
  kernels: lapropKernels,
  label: 'LaProp',
  options: {
    lr: hyper(4e-4, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-15, epsilon),
    weightDecay: hyper(0, nonNegative),
    amsgrad: flag(false),
    centered: flag(false),
    fixedDecay: flag(true),
  },
  flags: ({ amsgrad, centered }) => [...(centered ? ['centered'] : []), ...(amsgrad ? ['amsgrad'] : [])],
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_sq' },
    { name: 'exp_mean_avg_beta2', when: ['centered'], joins: 'zeros' },
    { name: 'max_exp_avg_sq', when: ['amsgrad'], joins: 'zeros' },
  ],
  scalars: () => ({ exp_avg_lr_1: 0 }),
  advance: ({ lr, betas }, _, { exp_avg_lr_1 }) => ({
    exp_avg_lr_1: averageRate(lr, betas[0], exp_avg_lr_1!),
  }),
  coefficients({ lr, betas, eps, weightDecay, centered, fixedDecay }, t, { exp_avg_lr_1 }, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const root2 = Math.sqrt(1 - power(beta2, t));
    return [
      beta1,
      beta2,
      1 - beta2,
      centered && t <= 10 ? 0 : 1,
      (1 - beta1) * lr * root2,
      folded(eps, root2, least),
      lr === 0 ? 0 : lr / averageRate(lr, beta1, exp_avg_lr_1!),
      1 - (fixedDecay ? weightDecay : lr * weightDecay),
    ];
  },
};

/**
 * LaProp: the gradient is divided first, by the root of the average of its square, and averaged then.
 *
 *     v = beta2 v + (1 - beta2) g²        m = beta1 m + (1 - beta1) lr g / (√(v / (1 - beta2^t)) + eps)
 *     a = beta1 a + (1 - beta1) lr        p = (p - m lr / a) (1 - weightDecay)
 *     centered: b = beta2 b + (1 - beta2) g, and v - b² for v, from the eleventh step on; amsgrad: the largest of that
 *
 * Ziyin et al. 2020; numbers and defaults of the authors' code. It has lr in m, so that a new rate comes in bit by bit; with one rate
 * lr / a is 1 / (1 - beta1^t). At a rate of 0 that code goes on along m, and here nothing moves. pytorch_optimizer multiplies the decay by
 * lr (`fixedDecay: false`), adds 1e-15 under the root, and eps before the correction. Centered, v - b² can fall below zero by rounding
 * where the gradient hardly changes, and then gives NaN.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class LaProp<const P extends ParamsLike<P> = Params> extends Optimizer<LaPropOptions, P> {
  constructor(params: P, options: LaPropOptions & Settings<P> = {}) {
    super(laprop, params, options);
  }
}
