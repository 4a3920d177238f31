import { sgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `TfjsMomentum` takes; each number may be a function of the step. */
export interface TfjsMomentumOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 0.01. */
  lr?: Hyper;
  /** Momentum factor. Default 0.9. */
  momentum?: Hyper;
  /** Nesterov momentum, reformulated so that the gradient is taken where the parameters are. Default false. */
  nesterov?: boolean;
}

/** The rule of `TfjsMomentum`: that of SGD, whose buffer begins with the gradient, as one of zeros does. */
export const tfjsMomentum: Rule<TfjsMomentumOptions> = {
  name: 'sgd',
  kernels: sgdKernels,
  label: 'momentum',
  options: {
    lr: hyper(0.01, finite),
    momentum: hyper(0.9, finite),
    nesterov: flag(false),
  },
  flags: ({ nesterov }) => [nesterov ? 'nesterov' : 'momentum'],
  slots: [{ name: 'momentum' }],
  coefficients: ({ lr, momentum }) => [lr, momentum, 1],
};

/**
 * `tf.train.momentum` over plain arrays, bit for bit.
 *
 *     b = momentum b + g        p = p - lr b, or p - lr (g + momentum b)
 *
 * It keeps its buffer where momentum is 0, too.
 */
export class TfjsMomentum<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsMomentumOptions, P> {
  constructor(params: P, options: TfjsMomentumOptions & Settings<P> = {}) {
    super(tfjsMomentum, params, options);
  }
}
