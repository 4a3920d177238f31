import { optimisticAdamKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `OptimisticAdam` takes; each number may be a function of the step. */
export interface OptimisticAdamOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** How much of the direction is in the step, a finite number. Default 1. */
  alpha?: Hyper;
  /** How much of its difference from the direction before is, a finite number. Default 1. */
  beta?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN, unless epsRoot is above 0. Default 1e-8. */
  eps?: Hyper;
  /** Added under the root, >= 0. Default 0. */
  epsRoot?: Hyper;
  /** Nesterov momentum, in Dozat's simplified form. The paper has none. Default true. */
  nesterov?: boolean;
}

/** The rule of `OptimisticAdam`. */
export const optimisticAdam: Rule<OptimisticAdamOptions> = {
  name: 'optimistic-adam',
  kernels: optimisticAdamKernels,
  label: 'OptimisticAdam',
  options: {
    lr: hyper(1e-3, nonNegative),
    alpha: hyper(1, finite),
    beta: hyper(1, finite),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    epsRoot: hyper(0, epsilon),
    nesterov: flag(true),
  },
  slots: [{ name: 'mu' }, { name: 'nu' }, { name: 'previous_gradient' }],
  coefficients({ lr, alpha, beta, betas: [beta1, beta2], eps, epsRoot, nesterov }, t, _, least) {
    const correction1 = 1 - power(beta1, t);
    const correction2 = 1 - power(beta2, t);
    const root2 = Math.sqrt(correction2);
    return [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      nesterov ? (root2 * beta1) / (1 - power(beta1, t + 1)) : root2 / correction1,
      nesterov ? (root2 * (1 - beta1)) / correction1 : 0,
      folded(epsRoot, correction2, least),
      folded(eps, root2, least),
      // At the first step there is no direction before, and no difference; the slot is 0.
      lr * (t === 1 ? alpha : alpha + beta),
      lr * beta,
    ];
  },
};

/**
 * Optimistic Adam: Adam, where the next direction is guessed to differ from this one as this one does from the one before. For
 * games of two players, such as GANs.
 *
 *     r = m̂ / (√(v̂ + epsRoot) + eps)        p = p - lr (alpha r + beta (r - r before))
 *
 * with Adam's averages m and v, and a hat for what is corrected for having started at zero; with Nesterov momentum m̂ =
 * beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t). The difference is 0 at the first step. Daskalakis et al. 2018; names,
 * defaults and numbers of optax' `optimistic_adam_v2`, whose states are `mu` (m), `nu` (v) and `previous_gradient` (r). The paper has no
 * Nesterov momentum and takes 0 for the r before the first, so that its first step is twice as long.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class OptimisticAdam<const P extends ParamsLike<P> = Params> extends Optimizer<
  OptimisticAdamOptions,
  P
> {
  constructor(params: P, options: OptimisticAdamOptions & Settings<P> = {}) {
    super(optimisticAdam, params, options);
  }
}
