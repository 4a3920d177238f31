import { yogiKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Yogi` takes; each number may be a function of the step. */
export interface YogiOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** Decay rate of the average of the gradient, and of what the second moment moves by, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0. Default 1e-3. */
  eps?: Hyper;
  /** What both moments begin with, >= 0. It cannot be changed once there is state. Default 1e-6. */
  initialAccumulator?: Hyper;
  /** Weight decay, >= 0: by itself, or added to the gradient (L2) where `weightDecouple` is false. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default true. */
  weightDecouple?: boolean;
}

/** The rule of `Yogi`. */
export const yogi: Rule<YogiOptions> = {
  name: 'yogi',
  kernels: yogiKernels,
  label: 'Yogi',
  options: {
    lr: hyper(1e-2, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-3, epsilon),
    initialAccumulator: hyper(1e-6, nonNegative),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
  },
  slots: [
    { name: 'exp_avg', initial: o => o.initialAccumulator },
    { name: 'exp_avg_sq', initial: o => o.initialAccumulator },
  ],
  firstOnly: ['initialAccumulator'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients({ lr, betas, eps }, t, _, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const root2 = Math.sqrt(1 - power(beta2, t));
    return [beta1, 1 - beta1, 1 - beta2, (lr * root2) / (1 - power(beta1, t)), folded(eps, root2, least)];
  },
};

/**
 * Yogi: Adam whose second moment moves by a part of the squared gradient, up or down, and not by a part of its distance from it. So it
 * falls slowly where gradients become small.
 *
 *     m = beta1 m + (1 - beta1) g        v = v - (1 - beta2) sign(v - g²) g²
 *     p = p - lr / (1 - beta1^t) · m / (√v / √(1 - beta2^t) + eps)
 *
 * Zaheer et al. 2018; numbers and defaults of pytorch_optimizer 3.9.0. Like optax, it starts both moments at 1e-6 and corrects them as if
 * they had started at zero; TensorFlow Addons starts m at zero.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Yogi<const P extends ParamsLike<P> = Params> extends Optimizer<YogiOptions, P> {
  constructor(params: P, options: YogiOptions & Settings<P> = {}) {
    super(yogi, params, options);
  }
}
