import { OptionError } from '../errors.js';
import { rpropKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { betweenZeroAndOne, fromOne, nonNegative, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Rprop` takes; each number may be a function of the step. */
export interface RpropOptions extends StepOptions {
  /**
   * The first step size of every element, >= 0: the value at the step of a tensor's first gradient. Once all tensors had one,
   * setting it is refused. Default 1e-2.
   */
  lr?: Hyper;
  /** Factors of the step size where the sign flips, in (0, 1), and where it stays, > 1. Default [0.5, 1.2]. */
  etas?: Pair;
  /** The least and the largest step size, 0 <= least <= largest, which PyTorch does not check. Default [1e-6, 50]. */
  stepSizes?: Pair;
}

/** The rule of `Rprop`. */
export const rprop: Rule<RpropOptions> = {
  name: 'rprop',
  kernels: rpropKernels,
  label: 'Rprop',
  options: {
    lr: hyper(1e-2, nonNegative),
    etas: pair([0.5, 1.2], positive),
    stepSizes: pair([1e-6, 50], nonNegative),
  },
  check({ etas: [minus, plus], stepSizes: [least, most] }) {
    if (!betweenZeroAndOne.holds(minus))
      throw new OptionError(`Expected ${betweenZeroAndOne.text} for etas[0], got ${minus}`);
    if (!fromOne.holds(plus) || plus === 1)
      throw new OptionError(`Expected a finite number > 1 for etas[1], got ${plus}`);
    if (least > most)
      throw new OptionError(`Expected stepSizes[0] <= stepSizes[1], got ${least} and ${most}`);
  },
  slots: [{ name: 'prev' }, { name: 'step_size', initial: ({ lr }) => lr }],
  firstOnly: ['lr'],
  coefficients: ({ etas, stepSizes }) => [etas[0], etas[1], stepSizes[0], stepSizes[1], 1, 0],
};

/**
 * Resilient backpropagation: only the sign of the gradient counts. Each element's step size grows while the sign stays
 * and shrinks where it flips; there the element is not moved and its gradient is forgotten. For full batches.
 *
 * Riedmiller and Braun 1993 (the form without weight backtracking, Rprop-); names, defaults and numbers of
 * `torch.optim.Rprop`. optax' form runs one step late.
 */
export class Rprop<const P extends ParamsLike<P> = Params> extends Optimizer<RpropOptions, P> {
  constructor(params: P, options: RpropOptions & Settings<P> = {}) {
    super(rprop, params, options);
  }
}
