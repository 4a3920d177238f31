import { OptionError } from '../errors.js';
import { sgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `SGD` takes; each number may be a function of the step. */
export interface SGDOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /**
   * Momentum factor, >= 0. A function of the step has a momentum buffer whatever it gives; at a step where it gives 0 the buffer is
   * neither read nor changed, as in PyTorch. Default 0.
   */
  momentum?: Hyper;
  /** Dampening of the momentum: the gradient enters the buffer times 1 - dampening, but whole at the first step. Default 0. */
  dampening?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Nesterov momentum, reformulated so that the gradient is taken where the parameters are. Default false. */
  nesterov?: boolean;
  /** Decay the weights by themselves (SGDW): p is multiplied by 1 - lr weightDecay. Default false. */
  decoupledWeightDecay?: boolean;
}

/** The rule of `SGD`. */
export const sgd: Rule<SGDOptions> = {
  name: 'sgd',
  kernels: sgdKernels,
  label: 'SGD',
  options: {
    lr: hyper(1e-3, nonNegative),
    momentum: hyper(0, nonNegative),
    dampening: hyper(0, finite),
    weightDecay: hyper(0, nonNegative),
    nesterov: flag(false),
    decoupledWeightDecay: flag(false),
  },
  check({ nesterov, dampening }) {
    if (nesterov && dampening !== 0) {
      throw new OptionError(`Expected 0 for dampening with nesterov: true, got ${dampening}`);
    }
  },
  flags({ nesterov, momentum }) {
    if (nesterov && momentum === 0)
      throw new OptionError('Expected a number > 0 for momentum with nesterov: true, got 0');
    return nesterov ? ['nesterov'] : momentum !== 0 ? ['momentum'] : [];
  },
  // PyTorch begins the buffer with the gradient, whenever it is missing.
  slots: [{ name: 'momentum_buffer', when: ['momentum', 'nesterov'], joins: 'first step' }],
  uncounted: true,
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  // Where the momentum is 0, PyTorch makes no buffer, and leaves one that is there as it is.
  shorter: { flags: () => [], holds: coefficients => coefficients[1] === 0 },
  coefficients({ lr, momentum, dampening }, t) {
    // PyTorch begins the buffer with the whole gradient. Without momentum the shorter form reads no dampening.
    return [lr, momentum, t === 1 ? 1 : 1 - dampening];
  },
};

/**
 * Stochastic gradient descent, plain, with momentum, or with Nesterov momentum.
 *
 *     b = momentum b + (1 - dampening) g  (b = g at the first step)        p = p - lr b, or p - lr (g + momentum b)
 *
 * Names, defaults and numbers of `torch.optim.SGD`, but in one place: where the momentum is a function that begins with 0 and there is
 * dampening, PyTorch makes the buffer at the first momentum, of the whole gradient, and here it is dampened; for momentum 0, 1/2,
 * dampening 1/2 and gradients 1, 2 it is 2 there and 1 here. Keras and TensorFlow keep lr inside the velocity, so that they
 * differ after a change of lr; optax and TensorFlow.js begin the buffer at zero, which only differs with dampening. For
 * the gradient at the look-ahead point see `Nesterov`. `decoupledWeightDecay` makes it SGDW (Loshchilov and Hutter 2019), as Keras'
 * `weight_decay` does; PyTorch has it for Adam alone.
 */
export class SGD<const P extends ParamsLike<P> = Params> extends Optimizer<SGDOptions, P> {
  constructor(params: P, options: SGDOptions & Settings<P> = {}) {
    super(sgd, params, options);
  }
}
