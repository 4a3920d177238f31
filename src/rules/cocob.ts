import { cocobKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `COCOB` takes; each number may be a function of the step. */
export interface COCOBOptions extends StepOptions {
  /** What gradients are multiplied by, >= 0. No step size: the method finds that by itself. Default 1. */
  lr?: Hyper;
  /** How small the first steps are, >= 0: the larger the smaller. Default 100. */
  alpha?: Hyper;
  /**
   * What the largest gradient of each element begins with, >= 0; at 0 an element without any gradient becomes NaN. It is read at a
   * tensor's first step, and refused once all have begun. Default 1e-8.
   */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `COCOB`. */
export const cocob: Rule<COCOBOptions> = {
  name: 'cocob',
  kernels: cocobKernels,
  label: 'COCOB',
  unswitched: placed,
  options: {
    lr: hyper(1, nonNegative),
    alpha: hyper(100, nonNegative),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  flags: () => ['begins'],
  ownWay: true,
  slots: [
    { name: 'cumulative_gradients' },
    { name: 'subgradients' },
    { name: 'reward' },
    { name: 'scale', initial: o => o.eps },
    { name: 'p0' },
  ],
  firstOnly: ['eps'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  shorter: { flags: () => [], holds: (_, t) => t > 1 },
  coefficients: ({ lr, alpha }) => [lr, alpha, 0],
};

/**
 * COCOB: no learning rate. Each element bets a part of what it has won on the sign of its next gradient, from where it started.
 *
 *     c = lr (g + weightDecay p)        L = max(L, |c|), which begins with eps        G = G + |c|        R = max(R - c (p - p0), 0)
 *     C = C - c        p = p0 + C / (L max(G + L, alpha L)) · (L + R)
 *
 * Orabona and Tommasi 2017, algorithm 2; options, defaults and numbers of optax' `cocob`, whose `learning_rate` is lr. The state is
 * C (`cumulative_gradients`), G (`subgradients`), R (`reward`), L (`scale`), and `p0`, the start, which optax has in its state, too. C
 * is divided by L and L + R by the maximum, so that gradients as small as 1e-30 count in float32.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class COCOB<const P extends ParamsLike<P> = Params> extends Optimizer<COCOBOptions, P> {
  constructor(params: P, options: COCOBOptions & Settings<P> = {}) {
    super(cocob, params, options);
  }
}
