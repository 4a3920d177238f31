import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { Hyper } from '../types.js';
import { type AdamOptions, adam } from './adam.js';

/** What `AdamW` takes; each number may be a function of the step. */
export interface AdamWOptions extends Omit<AdamOptions, 'decoupledWeightDecay' | 'weightDecay'> {
  /** Weight decay, >= 0, by itself: p = p (1 - lr weightDecay) before the step. Default 1e-2. */
  weightDecay?: Hyper;
}

const { decoupledWeightDecay: _, ...options } = adam.options;

/** The rule of `AdamW`: Adam's, whose weight decay goes by itself. */
export const adamw: Rule<AdamWOptions> = {
  ...(adam as Rule<AdamWOptions>),
  label: 'AdamW',
  title: 'adamw',
  options: { ...options, weightDecay: hyper(1e-2, nonNegative) },
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
};

/**
 * AdamW: Adam with decoupled weight decay, p = p (1 - lr weightDecay) before Adam's update. `weightDecay` defaults to
 * 1e-2, all else as in `Adam`.
 *
 * Loshchilov and Hutter 2019; names, defaults and numbers of `torch.optim.AdamW`. Keras' weight decay defaults to 0.004,
 * optax' to 1e-4.
 */
export class AdamW<const P extends ParamsLike<P> = Params> extends Optimizer<AdamWOptions, P> {
  constructor(params: P, options: AdamWOptions & Settings<P> = {}) {
    super(adamw, params, options);
  }
}
