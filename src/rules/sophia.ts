import { HessianOptimizer, lookAtHessian } from '../hessian-optimizer.js';
import { sophiaKernels } from '../kernels.generated.js';
import type { Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Sophia` takes; each number may be a function of the step. */
export interface SophiaOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-4. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of the Hessian's diagonal, in [0, 1). Default [0.965, 0.99]. */
  betas?: Pair;
  /** What the average of the diagonal is multiplied by, >= 0. The paper has 0.01, and 0.05 for Gauss-Newton-Bartlett. Default 0.01. */
  gamma?: Hyper;
  /** The least that is divided by, >= 0: so an element that curves downwards takes a full step. Default 1e-12. */
  eps?: Hyper;
  /** The largest update of an element, before lr, >= 0. Default 1. */
  rho?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times lr. Default 0.1. */
  weightDecay?: Hyper;
}

/** The rule of `Sophia`. */
export const sophia: Rule<SophiaOptions> = {
  name: 'sophia',
  kernels: sophiaKernels,
  label: 'Sophia',
  options: {
    lr: hyper(1e-4, nonNegative),
    betas: pair([0.965, 0.99], belowOne),
    gamma: hyper(0.01, nonNegative),
    eps: hyper(1e-12, epsilon),
    rho: hyper(1, nonNegative),
    weightDecay: hyper(0.1, nonNegative),
  },
  slots: [{ name: 'exp_avg' }, { name: 'hessian_ema' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  byHessian: true,
  look: lookAtHessian('Sophia'),
  *passes({ hessian }) {
    if (hessian)
      yield {
        kernel: 'sophia.hessian',
        alone: true,
        over: 'hessian',
        numbers: ({ options: { betas } }) => [betas[1], 1 - betas[1]],
      };
    yield {
      kernel: '',
      numbers: ({ options: { lr, betas, gamma, eps, rho } }) => [betas[0], 1 - betas[0], gamma, eps, rho, lr],
    };
    return undefined;
  },
};

/**
 * Sophia: momentum divided by an average of the Hessian's diagonal D, and clipped. D is told every few steps, ten in the paper.
 *
 *     m = beta1 m + (1 - beta1) g        h = beta2 h + (1 - beta2) D, at the steps that are told D
 *     p = p - lr weightDecay p        p = p - lr clip(m / max(gamma h, eps), -rho, rho)
 *
 * `hutchinson` estimates D out of products of the Hessian with random vectors (Sophia-H); the Gauss-Newton-Bartlett estimate
 * (Sophia-G) is the size of the batch times the squared gradient of a loss whose labels were drawn from the model. Until D is told,
 * steps are as long as rho allows.
 *
 *     const hessian = optimizer.steps % 10 === 0 ? hutchinson(params, hessianTimes, random) : null;
 *     optimizer.step(grads, { hessian });
 *
 * Liu et al. 2023, algorithm 3; gamma and rho are the paper's, lr and weight decay of the authors' SophiaG, whose versions differ from the
 * paper and among each other: they have rho times the batch size beside h, and no gamma. pytorch_optimizer's SophiaH has
 * gamma 1 and names rho `p_clip`.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Sophia<const P extends ParamsLike<P> = Params> extends HessianOptimizer<SophiaOptions, P> {
  constructor(params: P, options: SophiaOptions & Settings<P> = {}) {
    super(sophia, params, options);
  }
}
