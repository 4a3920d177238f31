import { lionKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Lion` takes; each number may be a function of the step. */
export interface LionOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-4. */
  lr?: Hyper;
  /** Factor of the interpolation whose sign is the step, and decay rate of the average, in [0, 1). Default [0.9, 0.99]. */
  betas?: Pair;
  /** Decoupled weight decay, >= 0. Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `Lion`. */
export const lion: Rule<LionOptions> = {
  name: 'lion',
  kernels: lionKernels,
  label: 'Lion',
  options: {
    lr: hyper(1e-4, nonNegative),
    betas: pair([0.9, 0.99], belowOne),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'exp_avg' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  coefficients: ({ lr, betas }) => [lr, betas[0], 1 - betas[0], betas[1], 1 - betas[1]],
};

/**
 * Lion: every element moves by lr, in the direction of an interpolation between the average and the gradient.
 *
 *     p = p (1 - lr weightDecay)        p = p - lr sign(beta1 m + (1 - beta1) g)        m = beta2 m + (1 - beta2) g
 *
 * Chen et al. 2023, in the form of the authors' code; sign(0) is 0. Keras defaults to lr 1e-3, optax to a weight decay of
 * 1e-3; DeepSpeed takes betas [0.9, 0.999] and has no zero sign.
 */
export class Lion<const P extends ParamsLike<P> = Params> extends Optimizer<LionOptions, P> {
  constructor(params: P, options: LionOptions & Settings<P> = {}) {
    super(lion, params, options);
  }
}
