import { HessianOptimizer, lookAtHessian } from '../hessian-optimizer.js';
import { adahessianKernels } from '../kernels.generated.js';
import { binaryPower } from '../numerics/binary-power.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { realPower } from '../numerics/real-power.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `AdaHessian` takes; each number may be a function of the step. */
export interface AdaHessianOptions extends StepOptions {
  /** Learning rate, >= 0. Default 0.15. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of the square of the Hessian's diagonal, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /**
   * The power k, in [0, 1]: the average is divided by that of the squares to the power of k / 2. 1 is a root, 0 momentum alone; all others
   * are made of 24 roots for each element, and take many times as long. Default 1.
   */
  hessianPower?: Hyper;
  /** Added to the root, >= 0; at 0 an element without any curvature becomes NaN. Default 1e-4. */
  eps?: Hyper;
  /** Weight decay, >= 0: by itself as in AdamW, times lr, or added to the gradient without `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves. Default true. */
  weightDecouple?: boolean;
}

/** The rule of `AdaHessian`. */
export const adahessian: Rule<AdaHessianOptions> = {
  name: 'adahessian',
  kernels: adahessianKernels,
  label: 'AdaHessian',
  options: {
    lr: hyper(0.15, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    hessianPower: hyper(1, zeroToOne),
    eps: hyper(1e-4, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
  },
  flags: ({ hessianPower }) => (hessianPower === 1 ? [] : ['power']),
  slots: [{ name: 'exp_avg' }, { name: 'exp_hessian_diag_sq' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  byHessian: true,
  look: lookAtHessian('AdaHessian', true),
  *passes({ hessian }) {
    if (hessian)
      yield {
        kernel: 'adahessian.hessian',
        alone: true,
        over: 'hessian',
        numbers: ({ options: { betas } }) => [betas[1], 1 - betas[1]],
      };
    yield {
      kernel: '',
      numbers({ options: { lr, betas, hessianPower, eps }, t, least }) {
        const rest = 1 - power(betas[1], t);
        const root = hessianPower === 1 ? Math.sqrt(rest) : realPower(rest, hessianPower / 2);
        return [
          betas[0],
          1 - betas[0],
          (lr * root) / (1 - power(betas[0], t)),
          folded(eps, root, least),
          1,
          ...binaryPower(hessianPower / 2),
        ];
      },
    };
    return undefined;
  },
};

/**
 * AdaHessian: Adam with the Hessian's diagonal D in the place of the gradient, where that is squared.
 *
 *     m = beta1 m + (1 - beta1) g        h = beta2 h + (1 - beta2) D², at the steps that are told D
 *     p = p - lr weightDecay p        p = p - lr / (1 - beta1^t) · m / ((h / (1 - beta2^t))^(hessianPower / 2) + eps)
 *
 * `hutchinson` estimates D out of products of the Hessian with random vectors; a tensor must have it at its first step.
 *
 *     const hessian = hutchinson(params, hessianTimes, random);
 *     optimizer.step(grads, { hessian });
 *
 * Yao et al. 2020; defaults of the authors' code, names of pytorch_optimizer. The authors average |D| over the kernels of a convolution and
 * the like before: so may the caller. pytorch_optimizer's defaults are lr 0.1 and eps 1e-16. Powers other than 1 are computed in + - * /
 * and √ alone.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdaHessian<const P extends ParamsLike<P> = Params> extends HessianOptimizer<
  AdaHessianOptions,
  P
> {
  constructor(params: P, options: AdaHessianOptions & Settings<P> = {}) {
    super(adahessian, params, options);
  }
}
