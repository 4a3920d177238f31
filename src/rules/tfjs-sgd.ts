import { sgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `TfjsSGD` takes; each number may be a function of the step. */
export interface TfjsSGDOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 0.01, as for the name 'sgd' in `model.compile`. */
  lr?: Hyper;
}

/** The rule of `TfjsSGD`: that of SGD, whose p - lr g has the bits of p + (-lr) g. */
export const tfjsSgd: Rule<TfjsSGDOptions> = {
  name: 'sgd',
  kernels: sgdKernels,
  label: 'sgd',
  options: {
    lr: hyper(0.01, finite),
  },
  slots: [],
  coefficients: ({ lr }) => [lr, 0, 1],
};

/** `tf.train.sgd` over plain arrays, bit for bit: p = p - lr g. */
export class TfjsSGD<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsSGDOptions, P> {
  constructor(params: P, options: TfjsSGDOptions & Settings<P> = {}) {
    super(tfjsSgd, params, options);
  }
}
