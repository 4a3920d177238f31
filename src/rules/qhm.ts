import { qhmKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `QHM` takes; each number may be a function of the step. */
export interface QHMOptions extends StepOptions {
  /**
   * Learning rate, >= 0. What `SGD` takes with a momentum, divided by 1 - that momentum: here the gradients are averaged and not added
   * up. Default 1.
   */
  lr?: Hyper;
  /** Decay rate of the average of the gradient, in [0, 1). Default 0.999. */
  momentum?: Hyper;
  /** How much of the step goes along the average, a finite number; 1 - nu goes along the gradient itself. Default 0.7. */
  nu?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  weightDecouple?: boolean;
}

/** The rule of `QHM`. */
export const qhm: Rule<QHMOptions> = {
  name: 'qhm',
  kernels: qhmKernels,
  label: 'QHM',
  options: {
    lr: hyper(1, nonNegative),
    momentum: hyper(0.999, belowOne),
    nu: hyper(0.7, finite),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
  },
  slots: [{ name: 'momentum_buffer' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients: ({ lr, momentum, nu }) => [momentum, 1 - momentum, lr * (1 - nu), lr * nu],
};

/**
 * Quasi-hyperbolic momentum: a step along the gradient and along its average at once.
 *
 *     b = momentum b + (1 - momentum) g        p = p - lr ((1 - nu) g + nu b)
 *
 * nu = 0 is plain SGD, nu = 1 momentum, nu = momentum Nesterov's. Ma and Yarats 2019. Their code (qhoptim) has no defaults; these are
 * the numbers that it recommends. Its `weight_decay_type: 'direct'` is `weightDecouple`. pytorch_optimizer begins with nu 1 and
 * momentum 0.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class QHM<const P extends ParamsLike<P> = Params> extends Optimizer<QHMOptions, P> {
  constructor(params: P, options: QHMOptions & Settings<P> = {}) {
    super(qhm, params, options);
  }
}
