import { asgdKernels } from '../kernels.generated.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `ASGD` takes; each number may be a function of the step. */
export interface ASGDOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** Decay term, >= 0; PyTorch does not check that. Default 1e-4. */
  lambd?: Hyper;
  /** Power of the decay of the learning rate. Default 0.75. */
  alpha?: Hyper;
  /** The step at which averaging begins; one of 0 or less averages from the start. Default 1e6. */
  t0?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `ASGD`. */
export const asgd: Rule<ASGDOptions> = {
  name: 'asgd',
  kernels: asgdKernels,
  label: 'ASGD',
  unswitched: { updates: 'its average is made of its own update' },
  options: {
    lr: hyper(1e-2, nonNegative),
    lambd: hyper(1e-4, nonNegative),
    alpha: hyper(0.75, finite),
    t0: hyper(1e6, finite),
    weightDecay: hyper(0, nonNegative),
  },
  ownWay: true,
  slots: [{ name: 'ax' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  // A step runs with the eta and mu that the step before has left, as PyTorch's.
  scalars: ({ lr }) => ({ eta: lr, mu: 1 }),
  advance: ({ lr, lambd, alpha, t0 }, t) => ({
    eta: lr / realPower(1 + lambd * lr * t, alpha),
    mu: 1 / Math.max(1, t - t0),
  }),
  coefficients: ({ lambd }, _, { eta, mu }) => [1 - lambd * eta!, eta!, mu === 1 ? 0 : 1, mu!],
};

/**
 * Averaged stochastic gradient descent. `ax` of the state is the average, over the parameters since step t0.
 *
 *     p = (1 - lambd eta) p - eta g        ax = ax + mu (p - ax)        eta = lr / (1 + lambd lr t)^alpha        mu = 1 / max(1, t - t0)
 *
 * Polyak and Juditsky 1992; names, defaults and numbers of `torch.optim.ASGD`, whose eta and mu of a step are those that
 * the step before computed; eta of a tensor's first step is lr itself. A change of lr therefore shows one step later, but for
 * one before the first gradient.
 */
export class ASGD<const P extends ParamsLike<P> = Params> extends Optimizer<ASGDOptions, P> {
  constructor(params: P, options: ASGDOptions & Settings<P> = {}) {
    super(asgd, params, options);
  }
}
