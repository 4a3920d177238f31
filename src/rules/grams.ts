import { gramsKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Grams` takes; each number may be a function of the step. */
export interface GramsOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-6. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself: the parameter is multiplied by 1 - lr weightDecay. Default 0. */
  weightDecay?: Hyper;
  /** Correct both averages for having started at zero. Default true. */
  correctBias?: boolean;
}

/** The rule of `Grams`. */
export const grams: Rule<GramsOptions> = {
  name: 'grams',
  kernels: gramsKernels,
  label: 'Grams',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-6, epsilon),
    weightDecay: hyper(0, nonNegative),
    correctBias: flag(true),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  coefficients({ lr, betas: [beta1, beta2], eps, correctBias }, t) {
    const correction = correctBias ? Math.sqrt(1 - power(beta2, t)) / (1 - power(beta1, t)) : 1;
    return [beta1, 1 - beta1, beta2, 1 - beta2, lr * correction, eps];
  },
};

/**
 * Grams: how far an element moves is Adam's, where to is the present gradient's.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     p = p (1 - lr weightDecay) - lr √(1 - beta2^t) / (1 - beta1^t) · sign(g) |m| / (√v + eps)
 *
 * where sign(0) = 0. Cao et al. 2024; names, defaults and numbers of the authors' code, where eps stands beside the uncorrected root,
 * while the paper corrects v first. pytorch_optimizer's `Grams` differs in both averages.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Grams<const P extends ParamsLike<P> = Params> extends Optimizer<GramsOptions, P> {
  constructor(params: P, options: GramsOptions & Settings<P> = {}) {
    super(grams, params, options);
  }
}
