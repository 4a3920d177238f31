import { Optimizer, type Settings } from '../optimizer.js';
import type { Params, ParamsLike } from '../params.js';
import type { Hyper } from '../types.js';
import { belowOne, finite, flag, nonNegative } from './ranges.js';
import type { Rule, StageOptions } from './rule.js';

/** What `TfjsRMSprop` takes; each number may be a function of the step. */
export interface TfjsRMSpropOptions extends StageOptions {
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
  label: 'rmsprop',
  defaults: {
    lr: 0.01,
    alpha: 0.9,
    momentum: 0,
    eps: 1e-7,
    centered: false,
    maximize: false,
    gradientScale: 1,
  },
  ranges: {
    lr: finite,
    alpha: belowOne,
    momentum: finite,
    eps: nonNegative,
    centered: flag,
    maximize: flag,
    gradientScale: finite,
  },
  flags: ({ centered }) => (centered ? ['centered'] : []),
  slots: flags => ['rms', 'momentum', flags.includes('centered') ? 'mg' : null],
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
  constructor(params: P, options: TfjsRMSpropOptions & Settings = {}) {
    super(tfjsRmsprop, params, options);
  }
}
