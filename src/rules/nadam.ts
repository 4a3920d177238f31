import { nadamKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `NAdam` takes; each number may be a function of the step. */
export interface NAdamOptions extends StepOptions {
  /** Learning rate, >= 0. Default 2e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** How fast the momentum approaches beta1, >= 0. Default 4e-3. */
  momentumDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The momentum of step t. */
const momentumAt = (beta1: number, decay: number, t: number): number =>
  beta1 * (1 - 0.5 * realPower(0.96, t * decay));

/** The rule of `NAdam`. */
export const nadam: Rule<NAdamOptions> = {
  name: 'nadam',
  kernels: nadamKernels,
  label: 'NAdam',
  options: {
    lr: hyper(2e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    momentumDecay: hyper(4e-3, nonNegative),
    decoupledWeightDecay: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  scalars: () => ({ mu_product: 1 }),
  advance: ({ betas, momentumDecay }, t, { mu_product }) => ({
    mu_product: mu_product! * momentumAt(betas[0], momentumDecay, t),
  }),
  coefficients({ lr, betas, eps, momentumDecay }, t, { mu_product }, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const mu = momentumAt(beta1, momentumDecay, t);
    const muNext = momentumAt(beta1, momentumDecay, t + 1);
    const product = mu_product! * mu;
    const root2 = Math.sqrt(1 - power(beta2, t));
    const gradientStep = (lr * (1 - mu)) / (1 - product);
    const momentStep = (lr * muNext) / (1 - product * muNext);
    return [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      gradientStep * root2,
      momentStep * root2,
      folded(eps, root2, least),
    ];
  },
};

/**
 * NAdam: Adam with Nesterov momentum, whose momentum rises towards beta1.
 *
 *     mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)        M_t = mu_1 ... mu_t        d = √(v / (1 - beta2^t)) + eps
 *     p = p - lr (1 - mu_t) / (1 - M_t) · g / d - lr mu_{t+1} / (1 - M_{t+1}) · m / d
 *
 * Dozat 2016; names, defaults and numbers of `torch.optim.NAdam` of PyTorch 2 (1.13 counted mu_t twice). Keras fixes
 * momentumDecay at 1; optax has Dozat's simplified form without a schedule.
 */
export class NAdam<const P extends ParamsLike<P> = Params> extends Optimizer<NAdamOptions, P> {
  constructor(params: P, options: NAdamOptions & Settings<P> = {}) {
    super(nadam, params, options);
  }
}
