import { adamodKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Triple } from '../types.js';

/** What `AdaMod` takes; each number may be a function of the step. */
export interface AdaModOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient, of its square and of the learning rates, in [0, 1). Default [0.9, 0.999, 0.999]. */
  betas?: Triple;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: by itself as in AdamW, or added to the gradient (L2) without `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves. Default true. */
  weightDecouple?: boolean;
}

/** The rule of `AdaMod`. */
export const adamod: Rule<AdaModOptions> = {
  name: 'adamod',
  kernels: adamodKernels,
  label: 'AdaMod',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: triple([0.9, 0.999, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }, { name: 'exp_avg_lr' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients({ lr, betas, eps }, t) {
    const [beta1, beta2, beta3] = betas;
    const stepSize = (lr * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t));
    return [beta1, 1 - beta1, beta2, 1 - beta2, beta3, 1 - beta3, stepSize, eps];
  },
};

/**
 * AdaMod: Adam, where the learning rate of each element is at most its own average over the steps, so that it needs no warm-up.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     r = lr √(1 - beta2^t) / (1 - beta1^t) / (√v + eps)        s = beta3 s + (1 - beta3) r        p = p - min(r, s) m
 *
 * Ding et al. 2019; numbers and defaults of the authors' code, where beta3 is an option of its own. The average s is not corrected for
 * having started at zero, so early steps are small; eps stands beside the uncorrected root. pytorch_optimizer defaults to betas
 * [0.9, 0.99, 0.9999].
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdaMod<const P extends ParamsLike<P> = Params> extends Optimizer<AdaModOptions, P> {
  constructor(params: P, options: AdaModOptions & Settings<P> = {}) {
    super(adamod, params, options);
  }
}
