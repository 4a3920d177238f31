import { tfjsAdamaxKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `TfjsAdamax` takes; each number may be a function of the step. */
export interface TfjsAdamaxOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 2e-3. */
  lr?: Hyper;
  /** Decay rates of the average and of the infinity norm, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the norm, >= 0. Default 1e-7, TensorFlow.js' `backend().epsilon()` in float32. */
  eps?: Hyper;
  /** The learning rate at step t is lr / (1 + (t - 1) decay), >= 0. Default 0. */
  decay?: Hyper;
}

const { fround } = Math;

// Where a count in float32 stays: one more is rounded away.
const mostIterations = 2 ** 24;

/** The rule of `TfjsAdamax`. */
export const tfjsAdamax: Rule<TfjsAdamaxOptions> = {
  name: 'tfjs-adamax',
  kernels: tfjsAdamaxKernels,
  label: 'adamax',
  options: {
    lr: hyper(2e-3, finite),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-7, nonNegative),
    decay: hyper(0, nonNegative),
  },
  slots: [{ name: 'm' }, { name: 'v' }],
  clock: 'lockstep',
  early: true,
  // The power of beta1 is a variable of float32 that is multiplied on from step to step.
  scalars: ({ betas }) => ({ acc_beta1: fround(betas[0]) }),
  advance: ({ betas }, _, { acc_beta1 }) => ({ acc_beta1: fround(acc_beta1! * fround(betas[0])) }),
  coefficients({ lr, betas, eps, decay }, t, { acc_beta1 }) {
    const [beta1, beta2] = betas;
    const iteration = Math.min(t - 1, mostIterations);
    const rate = fround(fround(lr) / fround(fround(iteration * fround(decay)) + 1));
    return [beta1, 1 - beta1, beta2, fround(rate / fround(1 - acc_beta1!)), eps];
  },
};

/**
 * `tf.train.adamax` over plain arrays, bit for bit.
 *
 *     m = beta1 m + (1 - beta1) g        u = max(beta2 u, |g|)
 *     p = p - lr / (1 + (t - 1) decay) / (1 - beta1^t) · (m / (u + eps))
 *
 * Unlike PyTorch's, epsilon is added at the division, u keeps a NaN (on TensorFlow.js' wasm backend it forgets that of a
 * gradient; the parameter is NaN then either way), and the learning rate may decay. The oddities: the power of beta1 and
 * the learning rate are computed in float32, and belong to the optimizer rather than to a parameter.
 */
export class TfjsAdamax<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsAdamaxOptions, P> {
  constructor(params: P, options: TfjsAdamaxOptions & Settings<P> = {}) {
    super(tfjsAdamax, params, options);
  }
}
