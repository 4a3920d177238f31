import { adabeliefKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { rectification } from '../numerics/rectification.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `AdaBelief` takes; each number may be a function of the step. */
export interface AdaBeliefOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its squared distance from that average, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the second moment at every step, and to its root, >= 0. Default 1e-16. */
  eps?: Hyper;
  /** Weight decay, >= 0: by itself, or added to the gradient (L2) where `weightDecouple` is false. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default true. */
  weightDecouple?: boolean;
  /** Do not multiply decoupled `weightDecay` by lr. Default false. */
  fixedDecay?: boolean;
  /** Rectify the step, as RAdam does: momentum alone as long as the variance of the second moment cannot be told. Default true. */
  rectify?: boolean;
  /** Divide by the largest second moment so far. Default false. */
  amsgrad?: boolean;
}

/** The rule of `AdaBelief`. */
export const adabelief: Rule<AdaBeliefOptions> = {
  name: 'adabelief',
  kernels: adabeliefKernels,
  label: 'AdaBelief',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-16, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
    fixedDecay: flag(false),
    rectify: flag(true),
    amsgrad: flag(false),
  },
  flags: ({ amsgrad }) => (amsgrad ? ['amsgrad'] : []),
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_var' },
    { name: 'max_exp_avg_var', when: ['amsgrad'], joins: 'exp_avg_var' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple, fixed: o.fixedDecay }),
  coefficients({ lr, betas, eps, rectify }, t, _, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const average = [beta1, 1 - beta1, beta2, 1 - beta2, eps] as const;
    const step = lr / (1 - power(beta1, t));
    const root2 = Math.sqrt(1 - power(beta2, t));
    if (!rectify) return [...average, step * root2, folded(eps, root2, least), 1, 1];
    const { length, root } = rectification(beta2, t);
    if (length < 5) return [...average, step, eps, 0, 1];
    return [...average, step * root * root2, eps, 1, 1];
  },
};

/**
 * AdaBelief: Adam that divides by how far the gradients are from their average, and not by how large they are.
 *
 *     m = beta1 m + (1 - beta1) g        s = beta2 s + (1 - beta2) (g - m)² + eps
 *     p = p - lr / (1 - beta1^t) · m / (√s / √(1 - beta2^t) + eps)
 *     rectify: as RAdam, from a length of 5 on, with √s + eps for the divisor
 *
 * Zhuang et al. 2020; defaults and numbers of the authors' adabelief-pytorch 0.2.0. Where `rectify` and `amsgrad` are both on, that code
 * keeps the maximum and divides by s all the same; here, as in pytorch_optimizer, the maximum counts. What it calls
 * `degenerated_to_sgd` is always on. optax does not rectify, and takes the distance from the average of before.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdaBelief<const P extends ParamsLike<P> = Params> extends Optimizer<AdaBeliefOptions, P> {
  constructor(params: P, options: AdaBeliefOptions & Settings<P> = {}) {
    super(adabelief, params, options);
  }
}
