import { sgdpKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';
import { along, projected, projecting, rowsOf } from './adamp.js';

/** What `SGDP` takes; each number may be a function of the step. */
export interface SGDPOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-1. */
  lr?: Hyper;
  /** Momentum factor, in [0, 1). Default 0. */
  momentum?: Hyper;
  /** Dampening of the momentum: the gradient enters the buffer times 1 - dampening, at the first step, too. Default 0. */
  dampening?: Hyper;
  /** Weight decay, >= 0, by itself, divided by 1 - momentum. Default 0. */
  weightDecay?: Hyper;
  /** Nesterov momentum. Default false. */
  nesterov?: boolean;
  /** Added to norms, and the least norm that is divided by, >= 0; at 0 no zeros count as upright. Default 1e-8. */
  eps?: Hyper;
  /** Below which cosine, times the root of the length, gradient and parameter count as upright on each other, >= 0. Default 0.1. */
  delta?: Hyper;
  /** What the weight decay of a tensor is multiplied by that loses a part of its update, >= 0. Default 0.1. */
  wdRatio?: Hyper;
}

/** The rule of `SGDP`. */
export const sgdp: Rule<SGDPOptions> = {
  name: 'sgdp',
  kernels: sgdpKernels,
  slotAccess,
  label: 'SGDP',
  options: {
    lr: hyper(1e-1, nonNegative),
    momentum: hyper(0, belowOne),
    dampening: hyper(0, finite),
    weightDecay: hyper(0, nonNegative),
    nesterov: flag(false),
    eps: hyper(1e-8, epsilon),
    delta: hyper(0.1, nonNegative),
    wdRatio: hyper(0.1, nonNegative),
  },
  flags: ({ nesterov }) => (nesterov ? ['nesterov'] : []),
  slots: [along, { name: 'momentum' }],
  clock: 'own',
  grid: rowsOf,
  *passes({ tensors }) {
    const sums = yield {
      kernel: 'sgdp.moments',
      alone: true,
      sums: projected,
      numbers({ options: { momentum, dampening, nesterov } }) {
        return [momentum, 1 - dampening, ...(nesterov ? [momentum, 1] : [1, 0])];
      },
    };
    const { ratio, write } = projecting<SGDPOptions>(sums, tensors, ({ options }) => options);
    yield {
      kernel: '',
      write,
      numbers({ options: { lr, momentum, weightDecay }, tensor }) {
        return [momentum, lr, 1 - (lr * weightDecay * ratio(tensor)) / (1 - momentum)];
      },
    };
    return undefined;
  },
};

/**
 * SGDP: momentum, which takes no step along a weight whose length does not matter, since a normalization follows it. That it does not
 * matter shows in gradients that stand upright on the weight.
 *
 *     b = momentum b + (1 - dampening) g        u = b, or g + momentum b
 *     u = u - n ⟨n, u⟩, n = p / (‖p‖ + eps), w = wdRatio, where |cos(g, p)| < delta / √length; else w = 1
 *     p = p (1 - lr weightDecay w / (1 - momentum)) - lr u
 *
 * Rows and the whole tensor are looked at as by `AdamP`, and want `shapes` likewise. Heo et al. 2021, as in pytorch_optimizer: b keeps
 * the part along the weight. In the authors' code b loses it, too, without `nesterov`, since there u is b itself. Sums are added up in
 * double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class SGDP<const P extends ParamsLike<P> = Params> extends Optimizer<SGDPOptions, P> {
  constructor(params: P, options: SGDPOptions & Settings<P> = {}) {
    super(sgdp, params, options);
  }
}
