import { Optimizer, type Settings } from '../optimizer.js';
import type { Params, ParamsLike } from '../params.js';
import type { Hyper } from '../types.js';
import { finite, flag } from './ranges.js';
import type { Rule, StageOptions } from './rule.js';

/** What `TfjsSGD` takes; each number may be a function of the step. */
export interface TfjsSGDOptions extends StageOptions {
  /** Learning rate; a negative one ascends. Default 0.01, as for the name 'sgd' in `model.compile`. */
  lr?: Hyper;
}

/** The rule of `TfjsSGD`: that of SGD, whose p - lr g has the bits of p + (-lr) g. */
export const tfjsSgd: Rule<TfjsSGDOptions> = {
  name: 'sgd',
  label: 'sgd',
  defaults: { lr: 0.01, maximize: false, gradientScale: 1 },
  ranges: { lr: finite, maximize: flag, gradientScale: finite },
  slots: () => [null, null, null],
  coefficients: ({ lr }) => [lr, 0, 1],
};

/** `tf.train.sgd` over plain arrays, bit for bit: p = p - lr g. */
export class TfjsSGD<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsSGDOptions, P> {
  constructor(params: P, options: TfjsSGDOptions & Settings = {}) {
    super(tfjsSgd, params, options);
  }
}
