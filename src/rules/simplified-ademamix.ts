import { simplifiedAdemamixKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { warmedUp } from '../numerics/half-life.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `SimplifiedAdEMAMix` takes; each number may be a function of the step. */
export interface SimplifiedAdEMAMixOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the sum of the gradients and of the average of their square, in [0, 1). Default [0.99, 0.95]. */
  betas?: Pair;
  /** How much the gradient itself counts beside the sum, >= 0. Default 0. */
  alpha?: Hyper;
  /** Over how many steps the first beta grows from `minBeta1`, > 0, or null for none. Default null. */
  beta1Warmup?: Hyper | null;
  /** Where the first beta starts from in its warm-up, in [0, 1). Default 0.9. */
  minBeta1?: Hyper;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Decoupled weight decay, >= 0. Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `SimplifiedAdEMAMix`. */
export const simplifiedAdemamix: Rule<SimplifiedAdEMAMixOptions> = {
  name: 'simplified-ademamix',
  kernels: simplifiedAdemamixKernels,
  label: 'SimplifiedAdEMAMix',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.99, 0.95], belowOne),
    alpha: hyper(0, nonNegative),
    beta1Warmup: optional(positiveOrNull),
    minBeta1: hyper(0.9, belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  coefficients({ lr, betas, alpha, beta1Warmup, minBeta1, eps }, t, _, least) {
    const [last, beta2] = betas;
    const beta1 = beta1Warmup === null ? last : warmedUp(minBeta1, last, t, beta1Warmup);
    const root2 = Math.sqrt(1 - power(beta2, t));
    return [beta1, beta2, 1 - beta2, lr * root2, lr * alpha * root2, folded(eps, root2, least)];
  },
};

/**
 * Simplified AdEMAMix: the slow average of AdEMAMix as a sum, with the gradient itself in place of the fast one.
 *
 *     m = beta1 m + g        v = beta2 v + (1 - beta2) g²
 *     p = p - lr ((m + alpha g) / (√v / √(1 - beta2^t) + eps) + weightDecay p)
 *
 * Morwani et al. 2025; names, defaults and numbers of the authors' code and of optax' `simplified_ademamix`. m is a sum, so lr is to
 * be about 1 - beta1 times Adam's. The warm-up of beta1 is the authors', as in `AdEMAMix`; optax has none. The authors' switches for
 * corrections are not here: m is not corrected, v is.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class SimplifiedAdEMAMix<const P extends ParamsLike<P> = Params> extends Optimizer<
  SimplifiedAdEMAMixOptions,
  P
> {
  constructor(params: P, options: SimplifiedAdEMAMixOptions & Settings<P> = {}) {
    super(simplifiedAdemamix, params, options);
  }
}
