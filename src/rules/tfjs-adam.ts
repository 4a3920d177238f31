import { tfjsAdamKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `TfjsAdam` takes; each number may be a function of the step. */
export interface TfjsAdamOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0. Default 1e-7, TensorFlow.js' `backend().epsilon()` in float32. */
  eps?: Hyper;
}

const { fround } = Math;

/** The rule of `TfjsAdam`. */
export const tfjsAdam: Rule<TfjsAdamOptions> = {
  name: 'tfjs-adam',
  kernels: tfjsAdamKernels,
  label: 'adam',
  options: {
    lr: hyper(1e-3, finite),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-7, nonNegative),
  },
  slots: [{ name: 'm' }, { name: 'v' }],
  clock: 'lockstep',
  early: true,
  // The powers of the betas are variables of float32 that are multiplied on from step to step.
  scalars: ({ betas }) => ({ acc_beta1: fround(betas[0]), acc_beta2: fround(betas[1]) }),
  advance: ({ betas }, _, { acc_beta1, acc_beta2 }) => ({
    acc_beta1: fround(acc_beta1! * fround(betas[0])),
    acc_beta2: fround(acc_beta2! * fround(betas[1])),
  }),
  // The same bits.
  shorter: { flags: flags => [...flags, 'settled'], holds: coefficients => coefficients[4] === 1 },
  coefficients({ lr, betas, eps }, _, { acc_beta1, acc_beta2 }) {
    const [beta1, beta2] = betas;
    return [beta1, 1 - beta1, beta2, 1 - beta2, fround(1 - acc_beta1!), fround(1 - acc_beta2!), lr, eps];
  },
};

/**
 * `tf.train.adam` over plain arrays, bit for bit.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     p = p - lr (m / (1 - beta1^t)) / (√(v / (1 - beta2^t)) + eps)
 *
 * The formula is that of `Adam`, but for the order of its operations. The oddities: the powers of the betas are products in
 * float32 (after 1000 steps 0.999^t is 0.36733255 instead of 0.36732773), and they belong to the optimizer, so that a
 * parameter whose first gradient comes late is hardly corrected.
 */
export class TfjsAdam<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsAdamOptions, P> {
  constructor(params: P, options: TfjsAdamOptions & Settings<P> = {}) {
    super(tfjsAdam, params, options);
  }
}
