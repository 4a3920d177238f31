import { adadeltaKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Adadelta` takes; each number may be a function of the step. */
export interface AdadeltaOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1.0. */
  lr?: Hyper;
  /** Decay rate of both averages, in [0, 1]; at 1 they stay 0, and the step is lr g. Default 0.9. */
  rho?: Hyper;
  /** Added under both roots, >= 0; at 0 nothing moves, and an element without any gradient becomes NaN. Default 1e-6. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `Adadelta`. */
export const adadelta: Rule<AdadeltaOptions> = {
  name: 'adadelta',
  kernels: adadeltaKernels,
  label: 'Adadelta',
  options: {
    lr: hyper(1, nonNegative),
    rho: hyper(0.9, zeroToOne),
    eps: hyper(1e-6, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'square_avg' }, { name: 'acc_delta' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  coefficients: ({ lr, rho, eps }) => [lr, rho, 1 - rho, eps],
};

/**
 * Adadelta: the gradient times the ratio of the root mean squares of past updates and of gradients.
 *
 *     s = rho s + (1 - rho) g²        d = √((a + eps) / (s + eps)) g        a = rho a + (1 - rho) d²        p = p - lr d
 *
 * Zeiler 2012; names, defaults and numbers of `torch.optim.Adadelta`. Keras defaults to lr 0.001 and rho 0.95;
 * TensorFlow.js divides by the average of the step before.
 */
export class Adadelta<const P extends ParamsLike<P> = Params> extends Optimizer<AdadeltaOptions, P> {
  constructor(params: P, options: AdadeltaOptions & Settings<P> = {}) {
    super(adadelta, params, options);
  }
}
