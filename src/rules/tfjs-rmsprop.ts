import { tfjsRmspropKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `TfjsRMSprop` takes; each number may be a function of the step. */
export interface TfjsRMSpropOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 0.01, as for the name 'rmsprop' in `model.compile`. */
  lr?: Hyper;
  /** Decay rate of the averages, in [0, 1); TensorFlow.js' `decay`. Default 0.9. */
  alpha?: Hyper;
  /** Momentum factor. Default 0. */
  momentum?: Hyper;
  /** Added under the root, >= 0; centered, taken away under it. Default 1e-7, TensorFlow.js' `backend().epsilon()`. */
  eps?: Hyper;
  /** Divide by the standard deviation of the gradient instead of its root mean square. Default false. */
  centered?: boolean;
}

/** The rule of `TfjsRMSprop`. */
export const tfjsRmsprop: Rule<TfjsRMSpropOptions> = {
  name: 'tfjs-rmsprop',
  kernels: tfjsRmspropKernels,
  label: 'rmsprop',
  options: {
    lr: hyper(0.01, finite),
    alpha: hyper(0.9, belowOne),
    momentum: hyper(0, finite),
    eps: hyper(1e-7, nonNegative),
    centered: flag(false),
  },
  flags: ({ centered }) => (centered ? ['centered'] : []),
  slots: [{ name: 'rms' }, { name: 'momentum' }, { name: 'mg', when: ['centered'] }],
  coefficients: ({ lr, alpha, momentum, eps }) => [lr, alpha, 1 - alpha, momentum, eps],
};

/**
 * `tf.train.rmsprop` over plain arrays, bit for bit.
 *
 *     s = alpha s + (1 - alpha) g²        b = momentum b + lr g / √(s + eps)        p = p - b
 *     centered: a = alpha a + (1 - alpha) g, and √(s - (a² + eps))
 *
 * Unlike PyTorch's, epsilon stands under the root and lr within the momentum, whose buffer is kept where momentum is 0,
 * too. The oddity: centered, epsilon is taken away where TensorFlow and Keras add it, so that a gradient that is zero or
 * hardly changes gives NaN.
 */
export class TfjsRMSprop<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsRMSpropOptions, P> {
  constructor(params: P, options: TfjsRMSpropOptions & Settings<P> = {}) {
    super(tfjsRmsprop, params, options);
  }
}
