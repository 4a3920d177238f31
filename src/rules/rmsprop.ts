import { rmspropKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `RMSprop` takes; each number may be a function of the step. */
export interface RMSpropOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** Decay rate of the average of squared gradients, in [0, 1]; PyTorch checks no upper bound. Default 0.99. */
  alpha?: Hyper;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Momentum factor, >= 0. Where a function of the step gives 0, the buffer is neither read nor changed. Default 0. */
  momentum?: Hyper;
  /** Divide by the standard deviation of the gradient instead of its root mean square. Default false. */
  centered?: boolean;
  /** Decay the weights by themselves: p is multiplied by 1 - lr weightDecay. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `RMSprop`. */
export const rmsprop: Rule<RMSpropOptions> = {
  name: 'rmsprop',
  kernels: rmspropKernels,
  label: 'RMSprop',
  options: {
    lr: hyper(1e-2, nonNegative),
    alpha: hyper(0.99, zeroToOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    momentum: hyper(0, nonNegative),
    centered: flag(false),
    decoupledWeightDecay: flag(false),
  },
  flags: ({ centered, momentum }) => [
    ...(centered ? ['centered'] : []),
    ...(momentum !== 0 ? ['momentum'] : []),
  ],
  // Zeros are as if earlier gradients had been as often of the one sign as of the other: the root stays real.
  slots: [
    { name: 'square_avg' },
    { name: 'grad_avg', when: ['centered'], joins: 'zeros' },
    { name: 'momentum_buffer', when: ['momentum'], joins: 'zeros' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  // As PyTorch's, a buffer stays as it is where the momentum is 0.
  shorter: {
    flags: flags => flags.filter(flag => flag !== 'momentum'),
    holds: ([, , , momentum]) => momentum === 0,
  },
  coefficients: ({ lr, alpha, momentum, eps }) => [lr, alpha, 1 - alpha, momentum, eps],
};

/**
 * RMSprop: the gradient divided by the root of the average of its square.
 *
 *     v = alpha v + (1 - alpha) g²        p = p - lr g / (√v + eps)
 *     centered: a = alpha a + (1 - alpha) g, and v - a² for v        momentum: b = momentum b + g / (√v + eps), p = p - lr b
 *
 * Hinton 2012 (lecture), Graves 2013 (centered); names, defaults and numbers of `torch.optim.RMSprop`. Keras, TensorFlow
 * and TensorFlow.js put eps under the root and lr into the buffer, and default to 0.9. Centered, v - a² can fall below
 * zero by rounding where the gradient hardly changes, and then gives NaN, as in PyTorch.
 * `decoupledWeightDecay` is Keras' `weight_decay`; PyTorch has it for Adam alone.
 */
export class RMSprop<const P extends ParamsLike<P> = Params> extends Optimizer<RMSpropOptions, P> {
  constructor(params: P, options: RMSpropOptions & Settings<P> = {}) {
    super(rmsprop, params, options);
  }
}
