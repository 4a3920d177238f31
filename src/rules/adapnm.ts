import { OptionError } from '../errors.js';
import { adapnmKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Triple } from '../types.js';

/** What `AdaPNM` takes; each number may be a function of the step. */
export interface AdaPNMOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /**
   * The root of the momenta's decay rate and the decay rate of the average of the square, in [0, 1), and the weight of the negative
   * momentum, >= 0. Default [0.9, 0.999, 1].
   */
  betas?: Triple;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: by itself as in AdamW, or added to the gradient (L2) without `decoupled`. Default 0. */
  weightDecay?: Hyper;
  /** Divide by the largest second moment so far. Default true. */
  amsgrad?: boolean;
  /** Decay the weights by themselves. Default true. */
  decoupled?: boolean;
}

/** The rule of `AdaPNM`. */
export const adapnm: Rule<AdaPNMOptions> = {
  name: 'adapnm',
  kernels: adapnmKernels,
  label: 'AdaPNM',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: triple([0.9, 0.999, 1], nonNegative),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    amsgrad: flag(true),
    decoupled: flag(true),
  },
  check({ betas }) {
    for (const i of [0, 1] as const) {
      if (!belowOne.holds(betas[i]))
        throw new OptionError(`Expected ${belowOne.text} for betas[${i}], got ${betas[i]}`);
    }
  },
  flags: ({ amsgrad }) => (amsgrad ? ['amsgrad', 'even'] : ['even']),
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_sq' },
    { name: 'neg_exp_avg' },
    { name: 'max_exp_avg_sq', when: ['amsgrad'], joins: 'exp_avg_sq' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupled }),
  shorter: { flags: flags => flags.filter(flag => flag !== 'even'), holds: (_, t) => t % 2 === 1 },
  coefficients({ lr, betas, eps }, t, _, least) {
    const [beta1, beta2, beta3] = betas;
    const decay = beta1 * beta1;
    const root2 = Math.sqrt(1 - power(beta2, t));
    const length = Math.sqrt((1 + beta3) * (1 + beta3) + beta3 * beta3);
    const stepSize = (lr * root2) / (1 - power(beta1, t));
    return [
      decay,
      1 - decay,
      beta2,
      1 - beta2,
      stepSize * ((1 + beta3) / length),
      stepSize * (beta3 / length),
      folded(eps, root2, least),
    ];
  },
};

/**
 * AdaPNM: Adam with positive-negative momentum. Two momenta take turns, and the difference of the two is divided by Adam's root, with
 * AMSGrad's maximum by default. At odd steps a moves and b rests, at even steps the other way round:
 *
 *     a = beta1² a + (1 - beta1²) g        v = beta2 v + (1 - beta2) g²        w = max(w, v)
 *     p = p - lr / (1 - beta1^t) · ((1 + beta3) a - beta3 b) / √((1 + beta3)² + beta3²) / (√w / √(1 - beta2^t) + eps)
 *
 * Xie et al. 2021; options, defaults and numbers of the authors' code, which corrects the momenta by beta1^t although they decay by
 * beta1² at every second step. Which one moves goes by the tensor's own step count; `exp_avg` is that of the odd steps.
 * pytorch_optimizer adds 1e-15 under the root and eps before the correction, and takes no beta3 above 1.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdaPNM<const P extends ParamsLike<P> = Params> extends Optimizer<AdaPNMOptions, P> {
  constructor(params: P, options: AdaPNMOptions & Settings<P> = {}) {
    super(adapnm, params, options);
  }
}
