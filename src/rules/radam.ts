import { radamKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { rectification } from '../numerics/rectification.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `RAdam` takes; each number may be a function of the step. */
export interface RAdamOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `RAdam`. */
export const radam: Rule<RAdamOptions> = {
  name: 'radam',
  kernels: radamKernels,
  label: 'RAdam',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    decoupledWeightDecay: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  coefficients({ lr, betas, eps }, t) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const average = [beta1, 1 - beta1, beta2, 1 - beta2] as const;
    const step = lr / (1 - power(beta1, t));
    const { length, root } = rectification(beta2, t);
    if (length <= 5) return [...average, step, eps, 0, 1];
    return [...average, step * root * Math.sqrt(1 - power(beta2, t)), eps, 1, 1];
  },
};

/**
 * RAdam: Adam that takes steps of momentum alone until the variance of its second moment can be told, and rectifies it
 * from then on.
 *
 *     L = 2 / (1 - beta2) - 1        l = L - 2 t beta2^t / (1 - beta2^t)        m^ = m / (1 - beta1^t)
 *     l > 5: p = p - lr r m^ √(1 - beta2^t) / (√v + eps), r² = (l - 4)(l - 2) L / ((L - 4)(L - 2) l); else p = p - lr m^
 *
 * Liu et al. 2020; names, defaults and numbers of `torch.optim.RAdam`. optax takes the threshold 5 as >= and corrects v
 * before eps is added.
 */
export class RAdam<const P extends ParamsLike<P> = Params> extends Optimizer<RAdamOptions, P> {
  constructor(params: P, options: RAdamOptions & Settings<P> = {}) {
    super(radam, params, options);
  }
}
