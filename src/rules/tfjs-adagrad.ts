import { tfjsAdagradKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `TfjsAdagrad` takes; each number may be a function of the step. */
export interface TfjsAdagradOptions extends StepOptions {
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
  kernels: tfjsAdagradKernels,
  label: 'adagrad',
  options: {
    lr: hyper(0.01, finite),
    initialAccumulatorValue: hyper(0.1, nonNegative),
    eps: hyper(1e-7, nonNegative),
  },
  slots: [{ name: 'accumulator', initial: o => o.initialAccumulatorValue }],
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
  constructor(params: P, options: TfjsAdagradOptions & Settings<P> = {}) {
    super(tfjsAdagrad, params, options);
  }
}
