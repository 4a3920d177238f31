import { qhadamKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `QHAdam` takes; each number may be a function of the step. */
export interface QHAdamOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** How much these averages count, in [0, 1]; the rest is the gradient's own, and its square's. At [1, 1] it is Adam. Default [1, 1]. */
  nus?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  weightDecouple?: boolean;
}

/** The rule of `QHAdam`. */
export const qhadam: Rule<QHAdamOptions> = {
  name: 'qhadam',
  kernels: qhadamKernels,
  label: 'QHAdam',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    nus: pair([1, 1], zeroToOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
  },
  slots: [{ name: 'exp_avg_uncorrected' }, { name: 'exp_avg_sq_uncorrected' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients({ lr, betas, nus, eps }, t) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const nu1 = nus[0];
    const nu2 = nus[1];
    return [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      lr * (1 - nu1),
      (lr * nu1) / (1 - power(beta1, t)),
      1 - nu2,
      nu2 / (1 - power(beta2, t)),
      eps,
    ];
  },
};

/**
 * QHAdam: Adam with quasi-hyperbolic averages, each mixed with what came last.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²        m̂, v̂: corrected for having started at zero
 *     p = p - lr ((1 - nu1) g + nu1 m̂) / (√((1 - nu2) g² + nu2 v̂) + eps)
 *
 * Ma and Yarats 2018; numbers and defaults of the authors' qhoptim, whose state has the corrected averages; the paper recommends betas
 * [0.995, 0.999] with nus [0.7, 1]. pytorch_optimizer's second moment is another.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class QHAdam<const P extends ParamsLike<P> = Params> extends Optimizer<QHAdamOptions, P> {
  constructor(params: P, options: QHAdamOptions & Settings<P> = {}) {
    super(qhadam, params, options);
  }
}
