import { aggmoKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, several } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Several } from '../types.js';

/** What `AggMo` takes; each number may be a function of the step. */
export interface AggMoOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** The momentum of each buffer, one to four numbers in [0, 1). How many there are is fixed at construction. Default [0, 0.9, 0.99]. */
  betas?: Several;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  weightDecouple?: boolean;
}

/** The rule of `AggMo`. */
export const aggmo: Rule<AggMoOptions> = {
  name: 'aggmo',
  kernels: aggmoKernels,
  label: 'AggMo',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: several([0, 0.9, 0.99], belowOne, 4),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
  },
  flags: ({ betas }) => ['two', 'three', 'four'].slice(0, betas.length - 1),
  // None joins in mid-training: which of the betas is new, the numbers do not say.
  slots: [
    { name: 'momentum_buffer_1' },
    { name: 'momentum_buffer_2', when: ['two'] },
    { name: 'momentum_buffer_3', when: ['three'] },
    { name: 'momentum_buffer_4', when: ['four'] },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  coefficients: ({ lr, betas }) => {
    const [beta1, beta2 = 0, beta3 = 0, beta4 = 0] = betas;
    return [beta1!, beta2, beta3, beta4, lr / betas.length];
  },
};

/**
 * Aggregated momentum: several buffers, each with a momentum of its own, of which the large ones speed up and the small ones hold
 * back what would swing.
 *
 *     b[k] = betas[k] b[k] + g        p = p - lr / K · (b[1] + … + b[K])
 *
 * Lucas et al. 2018; numbers and betas of the authors' code, which has no default for lr. They recommend betas of 1 - 0.1^k for
 * k = 0, 1, 2 …; 1 to 4 are possible here. The authors' states are keyed by beta; here they are `momentum_buffer_1` …, in the order of
 * the betas. pytorch_optimizer decays by itself unless told otherwise, the authors into the gradient.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AggMo<const P extends ParamsLike<P> = Params> extends Optimizer<AggMoOptions, P> {
  constructor(params: P, options: AggMoOptions & Settings<P> = {}) {
    super(aggmo, params, options);
  }
}
