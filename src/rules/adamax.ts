import { adamaxKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Adamax` takes; each number may be a function of the step. */
export interface AdamaxOptions extends StepOptions {
  /** Learning rate, >= 0. Default 2e-3. */
  lr?: Hyper;
  /** Decay rates of the average and of the infinity norm, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the gradient's magnitude, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves (AdamaxW): p is multiplied by 1 - lr weightDecay. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `Adamax`. */
export const adamax: Rule<AdamaxOptions> = {
  name: 'adamax',
  kernels: adamaxKernels,
  label: 'Adamax',
  options: {
    lr: hyper(2e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    decoupledWeightDecay: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_inf' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  coefficients: ({ lr, betas, eps }, t) => [
    betas[0],
    1 - betas[0],
    betas[1],
    lr / (1 - power(betas[0], t)),
    eps,
  ],
};

/**
 * Adamax: Adam with the infinity norm of the gradients in place of their root mean square.
 *
 *     m = beta1 m + (1 - beta1) g        u = max(beta2 u, |g| + eps)        p = p - lr / (1 - beta1^t) · m / u
 *
 * Kingma and Ba 2015, section 7.1; names, defaults and numbers of `torch.optim.Adamax`. Keras and TensorFlow.js add eps
 * to u at the division; Keras' lr defaults to 1e-3. A NaN gradient is forgotten by u, but not by m.
 * `decoupledWeightDecay` makes it AdamaxW, as in optax and Keras; PyTorch has it for Adam alone.
 */
export class Adamax<const P extends ParamsLike<P> = Params> extends Optimizer<AdamaxOptions, P> {
  constructor(params: P, options: AdamaxOptions & Settings<P> = {}) {
    super(adamax, params, options);
  }
}
