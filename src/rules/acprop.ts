import { acpropKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { rectification } from '../numerics/rectification.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `ACProp` takes; each number may be a function of the step. */
export interface ACPropOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its squared distance from that average, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the second moment before it divides, and to its root, >= 0. Default 1e-16. */
  eps?: Hyper;
  /** Weight decay, >= 0: by itself, or added to the gradient (L2) where `weightDecouple` is false. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default true. */
  weightDecouple?: boolean;
  /** Do not multiply decoupled `weightDecay` by lr. Default false. */
  fixedDecay?: boolean;
  /** Rectify the step, as RAdam does: momentum alone as long as the variance of the second moment cannot be told. Default true. */
  rectify?: boolean;
  /** Step along the average of the gradients in place of the gradient. Default false. */
  momentumUpdate?: boolean;
}

/** The rule of `ACProp`. */
export const acprop: Rule<ACPropOptions> = {
  name: 'acprop',
  kernels: acpropKernels,
  label: 'ACProp',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-16, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
    fixedDecay: flag(false),
    rectify: flag(true),
    momentumUpdate: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_var' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple, fixed: o.fixedDecay }),
  coefficients({ lr, betas, eps, rectify, momentumUpdate }, t, _, least) {
    const beta1 = betas[0];
    const beta2 = betas[1];
    const average = [beta1, 1 - beta1, beta2, 1 - beta2, t === 1 ? 0 : eps] as const;
    const momentum = lr / (1 - power(beta1, t));
    const { length, root } = rectification(beta2, t);
    if (t === 1 || (rectify && length < 5)) return [...average, 1, momentum, 0, eps, 1];
    const averaged = momentumUpdate ? 1 : 0;
    const step = momentumUpdate ? momentum : lr;
    if (rectify) return [...average, averaged, step * root * Math.sqrt(1 - power(beta2, t)), 1, eps, 1];
    const root2 = Math.sqrt(1 - power(beta2, t - 1));
    return [...average, averaged, step * root2, 1, folded(eps, root2, least), 1];
  },
};

/**
 * ACProp: AdaBelief that divides by the second moment of the steps before, and steps along the gradient itself.
 *
 *     m = beta1 m + (1 - beta1) g        the first step: p = p - lr m / (1 - beta1)
 *     s = s + eps        p = p - lr g / (√s / √(1 - beta2^(t - 1)) + eps)        then, always, s = beta2 s + (1 - beta2) (g - m)²
 *     rectify: as RAdam, from a length of 5 on, with √s + eps for the divisor; before, p = p - lr m / (1 - beta1^t)
 *
 * Zhuang et al. 2021; numbers and defaults of the authors' class. Their experiments, and the paper, do not rectify. optax takes the
 * distance from the average of before, adds eps after the decay, and divides by 1 + eps at first.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class ACProp<const P extends ParamsLike<P> = Params> extends Optimizer<ACPropOptions, P> {
  constructor(params: P, options: ACPropOptions & Settings<P> = {}) {
    super(acprop, params, options);
  }
}
