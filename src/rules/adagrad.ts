import { adagradKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Adagrad` takes; each number may be a function of the step. */
export interface AdagradOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** The learning rate at step t is lr / (1 + (t - 1) lrDecay), >= 0. Default 0. */
  lrDecay?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** What the sum of squares starts from, >= 0. Default 0. */
  initialAccumulatorValue?: number;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-10. */
  eps?: Hyper;
  /** Decay the weights by themselves: p is multiplied by 1 - lr weightDecay, whatever lrDecay is. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `Adagrad`. */
export const adagrad: Rule<AdagradOptions> = {
  name: 'adagrad',
  kernels: adagradKernels,
  label: 'Adagrad',
  options: {
    lr: hyper(1e-2, nonNegative),
    lrDecay: hyper(0, nonNegative),
    weightDecay: hyper(0, nonNegative),
    initialAccumulatorValue: hyper(0, nonNegative),
    eps: hyper(1e-10, epsilon),
    decoupledWeightDecay: flag(false),
  },
  slots: [{ name: 'sum', initial: o => o.initialAccumulatorValue }],
  early: true,
  firstOnly: ['initialAccumulatorValue'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  coefficients: ({ lr, lrDecay, eps }, t) => [lr / (1 + (t - 1) * lrDecay), eps],
};

/**
 * Adagrad: the gradient divided by the root of the sum of all its squares.
 *
 *     s = s + g²        p = p - lr / (1 + (t - 1) lrDecay) · g / (√s + eps)
 *
 * Duchi, Hazan and Singer 2011; names, defaults and numbers of `torch.optim.Adagrad`. Keras, optax and TensorFlow.js put
 * eps (1e-7) under the root and start the sum at 0.1. `decoupledWeightDecay` is Keras' `weight_decay`; PyTorch has it for Adam
 * alone.
 */
export class Adagrad<const P extends ParamsLike<P> = Params> extends Optimizer<AdagradOptions, P> {
  constructor(params: P, options: AdagradOptions & Settings<P> = {}) {
    super(adagrad, params, options);
  }
}
