import { adamKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Adam` takes; each number may be a function of the step. */
export interface AdamOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Divide by the largest second moment so far (Reddi et al. 2018). Default false. */
  amsgrad?: boolean;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `Adam` and `AdamW`. */
export const adam: Rule<AdamOptions> = {
  name: 'adam',
  kernels: adamKernels,
  label: 'Adam',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    amsgrad: flag(false),
    decoupledWeightDecay: flag(false),
  },
  flags: ({ amsgrad }) => (amsgrad ? ['amsgrad'] : []),
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_sq' },
    { name: 'max_exp_avg_sq', when: ['amsgrad'], joins: 'exp_avg_sq' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  coefficients({ lr, betas, eps }, t, _, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const correction1 = 1 - power(beta1, t);
    const root2 = Math.sqrt(1 - power(beta2, t));
    return [beta1, 1 - beta1, beta2, 1 - beta2, (lr * root2) / correction1, folded(eps, root2, least)];
  },
};

/**
 * Adam: the average of the gradients divided by the root of the average of their squares, both corrected for having
 * started at zero.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     p = p - lr / (1 - beta1^t) · m / (√v / √(1 - beta2^t) + eps)
 *
 * Kingma and Ba 2015; names, defaults and numbers of `torch.optim.Adam` (AMSGrad's maximum is taken before the bias
 * correction, as there). Keras and TensorFlow.js differ: Keras' eps stands beside the uncorrected root, both default to
 * 1e-7. optax' AMSGrad takes the maximum of corrected moments.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Adam<const P extends ParamsLike<P> = Params> extends Optimizer<AdamOptions, P> {
  constructor(params: P, options: AdamOptions & Settings<P> = {}) {
    super(adam, params, options);
  }
}
