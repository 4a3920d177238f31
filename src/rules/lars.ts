import { larsKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `LARS` takes; each number may be a function of the step. */
export interface LARSOptions extends StepOptions {
  /** Learning rate, >= 0. Default 0.1. */
  lr?: Hyper;
  /** Momentum factor, >= 0. Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0, added to the gradient. Default 5e-4. */
  weightDecay?: Hyper;
  /** What the ratio of the norms is multiplied by, >= 0. Default 1e-3. */
  trustCoefficient?: Hyper;
  /** Added to the norm that is divided by, >= 0. Default 0. */
  eps?: Hyper;
  /** Nesterov momentum. Default false. */
  nesterov?: boolean;
  /** Take the norm of gradient and weight decay together, as optax does; the paper adds their norms. Default false. */
  decayInNorm?: boolean;
}

/** The rule of `LARS`. */
export const lars: Rule<LARSOptions> = {
  name: 'lars',
  kernels: larsKernels,
  label: 'LARS',
  options: {
    lr: hyper(0.1, nonNegative),
    momentum: hyper(0.9, nonNegative),
    weightDecay: hyper(5e-4, nonNegative),
    trustCoefficient: hyper(1e-3, nonNegative),
    eps: hyper(0, nonNegative),
    nesterov: flag(false),
    decayInNorm: flag(false),
  },
  flags: ({ nesterov }) => (nesterov ? ['nesterov'] : []),
  slots: [{ name: 'momentum_buffer' }],
  clock: 'own',
  *passes() {
    const sums = yield {
      kernel: 'lars.norms',
      alone: true,
      sums: ['weight', 'gradient'],
      numbers: ({ options: { weightDecay, decayInNorm } }) => [decayInNorm ? weightDecay : 0],
    };
    yield {
      kernel: '',
      numbers({ options: { lr, momentum, weightDecay, trustCoefficient, eps, decayInNorm }, tensor }) {
        const weight = Math.sqrt(sums.of(tensor, 'weight'));
        const gradient = Math.sqrt(sums.of(tensor, 'gradient'));
        const length = gradient + (decayInNorm ? 0 : weightDecay * weight) + eps;
        const trust = weight === 0 || gradient === 0 ? 1 : (trustCoefficient * weight) / length;
        return [weightDecay, lr * trust, momentum];
      },
    };
    return undefined;
  },
};

/**
 * LARS: momentum, where the step of each tensor goes by how long it is compared with its gradient.
 *
 *     d = lr · trustCoefficient ‖p‖ / (‖g‖ + weightDecay ‖p‖ + eps) · (g + weightDecay p)
 *     b = momentum b + d        p = p - b, or p - (d + momentum b)
 *
 * The ratio is 1 where a norm is 0. You et al. 2017, algorithm 1. optax takes the norm of g + weightDecay p (`decayInNorm`). The
 * norms are added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class LARS<const P extends ParamsLike<P> = Params> extends Optimizer<LARSOptions, P> {
  constructor(params: P, options: LARSOptions & Settings<P> = {}) {
    super(lars, params, options);
  }
}
