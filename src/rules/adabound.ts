import { adaboundKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `AdaBound` takes; each number may be a function of the step. */
export interface AdaBoundOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /**
   * The learning rate to which both bounds come, >= 0. Default 0.1. The authors' code multiplies it by lr over what lr was first: where
   * lr is a function of the step, give one here that does the same.
   */
  finalLr?: Hyper;
  /** How fast the bounds close, in [0, 1); at 0 there are none. Default 1e-3. */
  gamma?: Hyper;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Divide by the largest second moment so far, as AMSGrad does. Default false. */
  amsbound?: boolean;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  weightDecouple?: boolean;
  /** Of decay by itself: leave out the learning rate, as the authors' AdaBoundW does. Default false. */
  fixedDecay?: boolean;
}

/** The rule of `AdaBound`. */
export const adabound: Rule<AdaBoundOptions> = {
  name: 'adabound',
  kernels: adaboundKernels,
  label: 'AdaBound',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    finalLr: hyper(0.1, nonNegative),
    gamma: hyper(1e-3, belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    amsbound: flag(false),
    weightDecouple: flag(false),
    fixedDecay: flag(false),
  },
  flags: ({ amsbound }) => (amsbound ? ['amsbound'] : []),
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_sq' },
    { name: 'max_exp_avg_sq', when: ['amsbound'], joins: 'exp_avg_sq' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple, fixed: o.fixedDecay }),
  coefficients({ lr, betas, finalLr, gamma, eps }, t) {
    const [beta1, beta2] = betas;
    const stepSize = (lr * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t));
    const low = finalLr - finalLr / (gamma * t + 1);
    const high = gamma === 0 ? Infinity : finalLr + finalLr / (gamma * t);
    return [beta1, 1 - beta1, beta2, 1 - beta2, stepSize, eps, low, high];
  },
};

/**
 * AdaBound: Adam that becomes SGD. The learning rate of each element is kept between two bounds, which come to `finalLr`.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     r = lr √(1 - beta2^t) / (1 - beta1^t) / (√v + eps)
 *     p = p - min(max(r, finalLr (1 - 1 / (gamma t + 1))), finalLr (1 + 1 / (gamma t))) m
 *
 * Luo et al. 2019; options, defaults and numbers of the authors' code; eps stands beside the uncorrected root. Their AMSBound is
 * `amsbound`, their AdaBoundW `weightDecouple` with `fixedDecay`. `finalLr` is used as given, where they rescale it by a schedule of lr.
 * pytorch_optimizer adds 1e-15 under the root and decouples by default.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdaBound<const P extends ParamsLike<P> = Params> extends Optimizer<AdaBoundOptions, P> {
  constructor(params: P, options: AdaBoundOptions & Settings<P> = {}) {
    super(adabound, params, options);
  }
}
