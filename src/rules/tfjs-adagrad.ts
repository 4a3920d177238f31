import { Optimizer, type Settings } from '../optimizer.js';
import type { Params, ParamsLike } from '../params.js';
import type { Hyper } from '../types.js';
import { finite, flag, nonNegative } from './ranges.js';
import type { Rule, StageOptions } from './rule.js';

/** What `TfjsAdagrad` takes; each number may be a function of the step. */
export interface TfjsAdagradOptions extends StageOptions {
  /** Learning rate; a negative one ascends. Default 0.01, as for the name 'adagrad' in `model.compile`. */
  lr?: Hyper;
  /** What the sum of squares starts from, >= 0. Default 0.1. */
  initialAccumulatorValue?: number;
  /** Added under the root, >= 0. Default 1e-7, TensorFlow.js' `backend().epsilon()` in float32. */
  eps?: Hyper;
}

/** The rule of `TfjsAdagrad`. */
export const tfjsAdagrad: Rule<TfjsAdagradOptions> = {
  name: 'tfjs-adagrad',
  label: 'adagrad',
  defaults: { lr: 0.01, initialAccumulatorValue: 0.1, eps: 1e-7, maximize: false, gradientScale: 1 },
  ranges: {
    lr: finite,
    initialAccumulatorValue: nonNegative,
    eps: nonNegative,
    maximize: flag,
    gradientScale: finite,
  },
  slots: () => ['accumulator', null, null],
  initial: o => [o.initialAccumulatorValue],
  early: true,
  coefficients: ({ lr, eps }) => [lr, eps],
};

/**
 * `tf.train.adagrad` over plain arrays, bit for bit.
 *
 *     s = s + g²        p = p - lr (g / √(s + eps))
 *
 * Unlike PyTorch's, epsilon stands under the root, and the sum starts from 0.1.
 */
export class TfjsAdagrad<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsAdagradOptions, P> {
  constructor(params: P, options: TfjsAdagradOptions & Settings = {}) {
    super(tfjsAdagrad, params, options);
  }
}
