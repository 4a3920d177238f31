import { kateKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `KATE` takes; each number may be a function of the step. */
export interface KATEOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** How much of the squared gradients is in the sum above, >= 0; the rest of it does not change with their scale. Default 0.9. */
  eta?: Hyper;
  /** Added to the sum below, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves: p is multiplied by 1 - lr weightDecay. Default false. */
  weightDecouple?: boolean;
}

/** The rule of `KATE`. */
export const kate: Rule<KATEOptions> = {
  name: 'kate',
  kernels: kateKernels,
  label: 'KATE',
  options: {
    lr: hyper(1e-3, nonNegative),
    eta: hyper(0.9, nonNegative),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
  },
  slots: [{ name: 'm' }, { name: 'b' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients: ({ lr, eta, eps }) => [lr, eta, eps],
};

/**
 * KATE: Adagrad without its square root. With eta 0, what a linear model says does not depend on the scale of its inputs.
 *
 *     b = b + g²        m = m + eta g² + g² / (b + eps)        p = p - lr √m / (b + eps) · g
 *
 * Choudhury et al. 2024, whose b² and m² are b and m here, and whose beta is lr; there is no eps in the paper. Defaults, numbers and
 * names of the authors' code, where eps is added to the divisor at each step anew; weight decay (L2) is a comment there. In
 * pytorch_optimizer eps stays in b and adds up, eta is called `delta` and is 0, state is the roots of m and b, and weight decay goes by
 * itself, as here with `weightDecouple`. An element's first step is about lr / g as long as g² is above eps: where gradients are small,
 * lr must be small, too, or eps larger.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class KATE<const P extends ParamsLike<P> = Params> extends Optimizer<KATEOptions, P> {
  constructor(params: P, options: KATEOptions & Settings<P> = {}) {
    super(kate, params, options);
  }
}
