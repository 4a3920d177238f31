import { signsgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `SignSGD` takes; each number may be a function of the step. */
export interface SignSGDOptions extends StepOptions {
  /** Learning rate, >= 0: how far each element moves. Default 1e-2. */
  lr?: Hyper;
  /** Decay rate of the average of the gradient, in [0, 1); at 0 there is no average, which is signSGD itself. Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0, by itself: the parameter is multiplied by 1 - lr weightDecay. Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `SignSGD`. */
export const signsgd: Rule<SignSGDOptions> = {
  name: 'signsgd',
  kernels: signsgdKernels,
  label: 'SignSGD',
  options: {
    lr: hyper(1e-2, nonNegative),
    momentum: hyper(0.9, belowOne),
    weightDecay: hyper(0, nonNegative),
  },
  flags: ({ momentum }) => (momentum !== 0 ? ['momentum'] : []),
  slots: [{ name: 'momentum_buffer', when: ['momentum'], joins: 'zeros' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  coefficients: ({ lr, momentum }) => [lr, momentum, 1 - momentum],
};

/**
 * signSGD, with momentum Signum: every element moves by lr, against the sign of the average of its gradients.
 *
 *     b = momentum b + (1 - momentum) g (b = g without momentum)        p = p (1 - lr weightDecay) - lr sign(b)
 *
 * where sign(0) = 0. Bernstein et al. 2018; the defaults are those of MXNet's `Signum`, which one of its authors wrote. MXNet has
 * a coupled decay (`wd`) beside this one (`wd_lh`). optax' `sign_sgd` has no momentum. pytorch_optimizer's `SignSGD` begins the average
 * anew at every step.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class SignSGD<const P extends ParamsLike<P> = Params> extends Optimizer<SignSGDOptions, P> {
  constructor(params: P, options: SignSGDOptions & Settings<P> = {}) {
    super(signsgd, params, options);
  }
}
