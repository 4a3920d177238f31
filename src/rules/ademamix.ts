import { ademamixKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { warmedUp } from '../numerics/half-life.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, optional, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Triple } from '../types.js';

/** What `AdEMAMix` takes; each number may be a function of the step. */
export interface AdEMAMixOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the fast average, of the average of the square, and of the slow average, in [0, 1). Default [0.9, 0.999, 0.9999]. */
  betas?: Triple;
  /** How much the slow average counts, >= 0. Default 2. */
  alpha?: Hyper;
  /** Over how many steps alpha grows from 0, > 0, or null for none. Default null. */
  alphaWarmup?: Hyper | null;
  /** Over how many steps the last beta grows from the first, > 0, or null for none. Default null. */
  beta3Warmup?: Hyper | null;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Decoupled weight decay, >= 0. Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `AdEMAMix`. */
export const ademamix: Rule<AdEMAMixOptions> = {
  name: 'ademamix',
  kernels: ademamixKernels,
  label: 'AdEMAMix',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: triple([0.9, 0.999, 0.9999], belowOne),
    alpha: hyper(2, nonNegative),
    alphaWarmup: optional(positiveOrNull),
    beta3Warmup: optional(positiveOrNull),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'exp_avg_fast' }, { name: 'exp_avg_slow' }, { name: 'exp_avg_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  coefficients({ lr, betas, alpha, alphaWarmup, beta3Warmup, eps }, t, _, least) {
    const [beta1, beta2, last] = betas;
    const beta3 = beta3Warmup === null ? last : warmedUp(beta1, last, t, beta3Warmup);
    const part = alphaWarmup === null ? 1 : Math.min(t / alphaWarmup, 1);
    const root2 = Math.sqrt(1 - power(beta2, t));
    return [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      beta3,
      1 - beta3,
      (lr * root2) / (1 - power(beta1, t)),
      lr * alpha * part * root2,
      folded(eps, root2, least),
    ];
  },
};

/**
 * AdEMAMix: Adam with a second average of the gradients, which remembers thousands of steps.
 *
 *     m = beta1 m + (1 - beta1) g        n = beta3 n + (1 - beta3) g        v = beta2 v + (1 - beta2) g²
 *     p = p - lr ((m / (1 - beta1^t) + alpha n) / (√v / √(1 - beta2^t) + eps) + weightDecay p)
 *     with T steps of warm-up: alpha t / T for alpha, and for beta3 what has 1 / ln beta3 between 1 / ln beta1 and its own
 *
 * Pagliardini et al. 2024; names and defaults of the authors' code, which adds 1e-8 to the betas within the logarithms; the paper's formula
 * does not. optax and bitsandbytes default to alpha 5, bitsandbytes to a weight decay of 1e-2. pytorch_optimizer corrects the
 * slow average, too.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdEMAMix<const P extends ParamsLike<P> = Params> extends Optimizer<AdEMAMixOptions, P> {
  constructor(params: P, options: AdEMAMixOptions & Settings<P> = {}) {
    super(ademamix, params, options);
  }
}
