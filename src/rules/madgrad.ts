import { madgradKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `MADGRAD` takes; each number may be a function of the step. */
export interface MADGRADOptions extends StepOptions {
  /** Learning rate, >= 0; eps is added to it wherever it is used. Default 1e-2. */
  lr?: Hyper;
  /** How much of the parameter stays at each step, in [0, 1); with 0 the start takes no memory. Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves. Default false. */
  weightDecouple?: boolean;
  /** Added to the cube root and to the learning rate, >= 0; at 0 an element without any gradient stays. Default 1e-6. */
  eps?: Hyper;
}

/** The rule of `MADGRAD`. */
export const madgrad: Rule<MADGRADOptions> = {
  name: 'madgrad',
  kernels: madgradKernels,
  label: 'MADGRAD',
  unswitched: placed,
  options: {
    lr: hyper(1e-2, nonNegative),
    momentum: hyper(0.9, belowOne),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
    eps: hyper(1e-6, epsilon),
  },
  flags: ({ momentum }) => (momentum !== 0 ? ['momentum'] : []),
  ownWay: true,
  slots: [{ name: 'grad_sum_sq' }, { name: 's' }, { name: 'x0', when: ['momentum'] }],
  // What decays by itself does so in `keep`: the stage would shrink what the start is found from.
  weightDecay: o => ({ rate: o.weightDecouple ? 0 : o.weightDecay, decoupled: o.weightDecouple }),
  coefficients({ lr, momentum, weightDecay, weightDecouple, eps }, t) {
    const rate = lr + eps;
    const keep = momentum - (weightDecouple ? rate * weightDecay : 0);
    return [rate * Math.sqrt(t), eps, keep, 1 - momentum, t === 1 ? 1 : 0];
  },
};

/**
 * MADGRAD: from where it started, all gradients together are the step, divided by the cube root of the sum of their squares.
 *
 *     r = lr + eps        λ = r √t        G = G + λ g²        s = s + λ g        z = x0 - s / (∛G + eps)
 *     p = momentum p + (1 - momentum) z, and with `weightDecouple` less r weightDecay p, of the p before
 *
 * Defazio and Jelassi 2021; options, defaults and numbers of the authors' code, where `weightDecouple` is `decouple_decay`. With momentum
 * 0 there is no `x0` in the state: it is found again as p + s / (∛G + eps), and moves with decoupled decay, as there. Where eps and G are
 * 0 the quotient is 0. pytorch_optimizer's lr is 1e-3; optax has coupled decay only. The cube root is ours, in + - * / and √ alone.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class MADGRAD<const P extends ParamsLike<P> = Params> extends Optimizer<MADGRADOptions, P> {
  constructor(params: P, options: MADGRADOptions & Settings<P> = {}) {
    super(madgrad, params, options);
  }
}
