import { ClosureOptimizer } from '../closure-optimizer.js';
import { nesterovKernels } from '../kernels.generated.js';
import type { Settings } from '../optimizer.js';
import { hyper, type Numbers } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Nesterov` takes; each number may be a function of the step. */
export interface NesterovOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Momentum, in [0, 1). Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0, added to the gradient at the look-ahead point (L2). Default 0. */
  weightDecay?: Hyper;
}

// Those of the pass ahead and of the step itself.
const coefficients = ({ momentum, lr }: Numbers<NesterovOptions>) => [momentum, lr];

/** The rule of `Nesterov`. */
export const nesterov: Rule<NesterovOptions> = {
  name: 'nesterov',
  kernels: nesterovKernels,
  label: 'Nesterov',
  unswitched: { updates: 'it moves by a velocity of its own; SGD with nesterov: true takes switches' },
  options: {
    lr: hyper(1e-3, nonNegative),
    momentum: hyper(0.9, belowOne),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'velocity' }, { name: 'origin', scratch: true }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  coefficients,
  closure: true,
  *passes() {
    const numbers = ({ options }: Row<NesterovOptions>) => coefficients(options);
    yield { kernel: 'ahead', over: 'all', numbers };
    try {
      yield 'gradients';
      // A tensor that has no gradient is not left at its look-ahead point.
      yield { kernel: 'back', over: 'absent' };
      yield { kernel: '', numbers };
    } catch (error) {
      yield { kernel: 'back', over: 'all' };
      throw error;
    }
    return undefined;
  },
};

/**
 * Nesterov's accelerated gradient with the gradient taken at the look-ahead point.
 *
 *     v = momentum v - lr g(p + momentum v)        p = p + v
 *
 * Sutskever et al. 2013, equations 3 and 4. Other libraries have the reformulation that takes the gradient where the
 * parameters are (`SGD` with `nesterov: true`): its parameters are this one's look-ahead points. A step moves the parameters to
 * p + momentum v and calls its closure for the gradients there.
 */
export class Nesterov<const P extends ParamsLike<P> = Params> extends ClosureOptimizer<NesterovOptions, P> {
  constructor(params: P, options: NesterovOptions & Settings<P> = {}) {
    super(nesterov, params, options);
  }
}
