import { adoptKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `ADOPT` takes; each number may be a function of the step. */
export interface ADOPTOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the divided gradient and of the gradient's square, in [0, 1). Default [0.9, 0.9999]. */
  betas?: Pair;
  /** The least that the gradient is divided by, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-6. */
  eps?: Hyper;
  /** Clip the divided gradient at (t - 1)^(1/4). Default true. */
  clip?: boolean;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does, from the second step on. Default false. */
  decouple?: boolean;
}

/** The rule of `ADOPT`. */
export const adopt: Rule<ADOPTOptions> = {
  name: 'adopt',
  kernels: adoptKernels,
  label: 'ADOPT',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.9999], belowOne),
    eps: hyper(1e-6, epsilon),
    clip: flag(true),
    weightDecay: hyper(0, nonNegative),
    decouple: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  // By itself it is the rule's own, since the first step has none.
  weightDecay: o => ({ rate: o.decouple ? 0 : o.weightDecay, decoupled: o.decouple }),
  coefficients({ lr, betas, eps, clip, weightDecay, decouple }, t) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const first = t === 1;
    return [
      beta1,
      1 - beta1,
      beta2,
      first ? 1 : 1 - beta2,
      lr,
      eps,
      clip ? Math.sqrt(Math.sqrt(t - 1)) : Infinity,
      first ? 1 : 0,
      decouple && !first ? 1 - lr * weightDecay : 1,
    ];
  },
};

/**
 * ADOPT: Adam that converges with any beta2, since it divides by the second moment of the steps before, and averages what it has divided.
 *
 *     the first step: v = g², and no more
 *     n = g / max(√v, eps), within ±(t - 1)^(1/4)        m = beta1 m + (1 - beta1) n
 *     p = p - lr m        v = beta2 v + (1 - beta2) g²
 *
 * Taniguchi et al. 2024; numbers and defaults of the authors' code as released, with its clipping, and of optax. pytorch_optimizer clips at
 * t^(1/4).
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class ADOPT<const P extends ParamsLike<P> = Params> extends Optimizer<ADOPTOptions, P> {
  constructor(params: P, options: ADOPTOptions & Settings<P> = {}) {
    super(adopt, params, options);
  }
}
