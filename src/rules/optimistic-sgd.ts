import { optimisticSgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `OptimisticSGD` takes; each number may be a function of the step. */
export interface OptimisticSGDOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** How much of the gradient is in the step, a finite number. Default 1. */
  alpha?: Hyper;
  /** How much of its difference from the gradient before is, a finite number; at 0 it is SGD. Default 1. */
  beta?: Hyper;
}

/** The rule of `OptimisticSGD`. */
export const optimisticSgd: Rule<OptimisticSGDOptions> = {
  name: 'optimistic-sgd',
  kernels: optimisticSgdKernels,
  label: 'OptimisticSGD',
  options: { lr: hyper(1e-3, nonNegative), alpha: hyper(1, finite), beta: hyper(1, finite) },
  slots: [{ name: 'previous_gradient' }],
  // At the first step there is no gradient before, and no difference; the slot is 0.
  coefficients: ({ lr, alpha, beta }, t) => [lr * (t === 1 ? alpha : alpha + beta), lr * beta],
};

/**
 * Optimistic gradient descent: the next gradient is guessed to differ from this one as this one does from the one before. It
 * converges in games of two players (GANs), where plain descent goes round in circles.
 *
 *     p = p - lr (alpha g + beta (g - g before))        the difference is 0 at the first step
 *
 * Daskalakis et al. 2018, Mokhtari et al. 2019; names and numbers of optax' `optimistic_gradient_descent`, which has no default for lr.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class OptimisticSGD<const P extends ParamsLike<P> = Params> extends Optimizer<
  OptimisticSGDOptions,
  P
> {
  constructor(params: P, options: OptimisticSGDOptions & Settings<P> = {}) {
    super(optimisticSgd, params, options);
  }
}
