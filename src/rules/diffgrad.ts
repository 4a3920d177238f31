import { diffgradKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `DiffGrad` takes; each number may be a function of the step. */
export interface DiffGradOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `DiffGrad`. */
export const diffgrad: Rule<DiffGradOptions> = {
  name: 'diffgrad',
  kernels: diffgradKernels,
  label: 'DiffGrad',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }, { name: 'previous_grad' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  coefficients({ lr, betas, eps }, t) {
    const [beta1, beta2] = betas;
    const stepSize = (lr * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t));
    return [beta1, 1 - beta1, beta2, 1 - beta2, stepSize, eps, 1];
  },
};

/**
 * diffGrad: Adam, whose step for an element is down to half as long where its gradient hardly changes.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²        xi = 1 / (1 + exp(-|g before - g|))
 *     p = p - lr √(1 - beta2^t) / (1 - beta1^t) · xi m / (√v + eps)
 *
 * with 0 for the gradient before the first. Dubey et al. 2019; defaults and numbers of the authors' corrected code (diffGrad_v2), where
 * eps stands beside the uncorrected root, and the gradient before has its weight decay in it. Their first code compared the gradient
 * with itself. pytorch_optimizer has xi only with `rectify`, adds 1e-15 under the root, and leaves out √(1 - beta2^t). The exponential is
 * ours, in + - * / alone.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class DiffGrad<const P extends ParamsLike<P> = Params> extends Optimizer<DiffGradOptions, P> {
  constructor(params: P, options: DiffGradOptions & Settings<P> = {}) {
    super(diffgrad, params, options);
  }
}
