import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import type { Params, ParamsLike } from '../params.js';
import type { Hyper } from '../types.js';
import { finite, flag, nonNegative } from './ranges.js';
import type { Rule, StageOptions } from './rule.js';

/** What `ASGD` takes; each number may be a function of the step. */
export interface ASGDOptions extends StageOptions {
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
  label: 'ASGD',
  defaults: {
    lr: 1e-2,
    lambd: 1e-4,
    alpha: 0.75,
    t0: 1e6,
    weightDecay: 0,
    maximize: false,
    gradientScale: 1,
  },
  ranges: {
    lr: nonNegative,
    lambd: nonNegative,
    alpha: finite,
    t0: finite,
    weightDecay: nonNegative,
    maximize: flag,
    gradientScale: finite,
  },
  slots: () => ['ax', null, null],
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
  constructor(params: P, options: ASGDOptions & Settings = {}) {
    super(asgd, params, options);
  }
}
