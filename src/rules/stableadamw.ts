import { stableadamwKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `StableAdamW` takes; each number may be a function of the step. */
export interface StableAdamWOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.99]. */
  betas?: Pair;
  /**
   * Added to the root, and the least root that a gradient is measured by, >= 0; at 0 an element without any gradient becomes NaN.
   * Default 1e-8.
   */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times the clipped learning rate. Default 1e-2. */
  weightDecay?: Hyper;
}

// An average's decay rate at step t, with which it needs no correction for having started at zero.
const decayAt = (beta: number, t: number): number => (beta * (1 - power(beta, t - 1))) / (1 - power(beta, t));

/** The rule of `StableAdamW`. */
export const stableadamw: Rule<StableAdamWOptions> = {
  name: 'stableadamw',
  kernels: stableadamwKernels,
  slotAccess,
  label: 'StableAdamW',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.99], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(1e-2, nonNegative),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  clock: 'own',
  *passes({ tensors }) {
    const sums = yield {
      kernel: 'moments',
      sums: ['excess'],
      numbers({ options: { betas, eps }, t }) {
        const [beta1, beta2] = [decayAt(betas[0], t), decayAt(betas[1], t)];
        return [beta1, 1 - beta1, beta2, 1 - beta2, eps];
      },
    };
    yield {
      kernel: '',
      numbers({ options: { lr, eps, weightDecay }, tensor }) {
        const rms = Math.sqrt(sums.of(tensor, 'excess') / tensors.length(tensor));
        const rate = rms > 1 ? lr / rms : lr;
        return [1 - rate * weightDecay, rate, eps];
      },
    };
    return undefined;
  },
};

/**
 * StableAdamW: AdamW, whose learning rate for a tensor is divided by how much its gradients exceed their second moment, as Adafactor
 * clips updates; so a second moment that lags behind makes no spike of the loss.
 *
 *     b1 = beta1 (1 - beta1^(t-1)) / (1 - beta1^t)        m = b1 m + (1 - b1) g        v = b2 v + (1 - b2) g², b2 likewise
 *     eta = lr / max(1, √(mean of g² / max(v, eps²)))        p = p - eta weightDecay p - eta m / (√v + eps)
 *
 * Wortsman et al. 2023, algorithm 2; defaults and numbers of pytorch_optimizer. `StableAdamWUnfused`, a code of the authors', decays
 * with lr where here it is eta. The mean is added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class StableAdamW<const P extends ParamsLike<P> = Params> extends Optimizer<StableAdamWOptions, P> {
  constructor(params: P, options: StableAdamWOptions & Settings<P> = {}) {
    super(stableadamw, params, options);
  }
}
