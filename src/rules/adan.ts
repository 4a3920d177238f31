import { adanKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Triple } from '../types.js';

/** What `Adan` takes; each number may be a function of the step. */
export interface AdanOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /**
   * Decay rates of the averages of the gradient, of its difference from the one before, and of the square, in [0, 1), as the authors'
   * code has them; the paper writes 1 - beta. Default [0.98, 0.92, 0.99].
   */
  betas?: Triple;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself: the parameter is divided by 1 + lr weightDecay after the step. Default 0. */
  weightDecay?: Hyper;
  /** Multiply the parameter by 1 - lr weightDecay before the step instead, as AdamW does. Default false. */
  noProx?: boolean;
}

/** The rule of `Adan`. */
export const adan: Rule<AdanOptions> = {
  name: 'adan',
  kernels: adanKernels,
  label: 'Adan',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: triple([0.98, 0.92, 0.99], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    noProx: flag(false),
  },
  flags: () => ['prox'],
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_diff' }, { name: 'exp_avg_sq' }, { name: 'previous_grad' }],
  weightDecay: o => ({ rate: o.noProx ? o.weightDecay : 0, decoupled: true }),
  // The same bits: a quotient by 1.
  shorter: { flags: () => [], holds: coefficients => coefficients[10] === 1 },
  coefficients({ lr, betas, eps, weightDecay, noProx }, t, _, least) {
    const [beta1, beta2, beta3] = betas;
    const root3 = Math.sqrt(1 - power(beta3, t));
    return [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      beta3,
      1 - beta3,
      (lr * root3) / (1 - power(beta1, t)),
      (lr * beta2 * root3) / (1 - power(beta2, t)),
      folded(eps, root3, least),
      t === 1 ? 1 : 0,
      noProx ? 1 : 1 + lr * weightDecay,
    ];
  },
};

/**
 * Adan: Adam with the change of the gradient in both moments, which is Nesterov's momentum without a second point.
 *
 *     d = g - g before (0 at the first step)         m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) d
 *     n = beta3 n + (1 - beta3) (g + beta2 d)²       p = p - lr (m̂ + beta2 v̂) / (√n̂ + eps)
 *
 * A hat marks what is corrected for having started at zero. Xie et al. 2022; defaults and numbers of the authors' code. optax'
 * `adan` has 1 - beta2 in both places of the difference, and a term under the root.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Adan<const P extends ParamsLike<P> = Params> extends Optimizer<AdanOptions, P> {
  constructor(params: P, options: AdanOptions & Settings<P> = {}) {
    super(adan, params, options);
  }
}
