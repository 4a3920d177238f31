import { lambKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, epsilon, nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `LAMB` takes; each number may be a function of the step. */
export interface LAMBOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-6. */
  eps?: Hyper;
  /** Weight decay, >= 0, a part of the step whose norm is taken. Default 0. */
  weightDecay?: Hyper;
  /** Correct the averages for having started at zero. Default true. */
  biasCorrection?: boolean;
  /** The largest norm of a parameter that counts, > 0. Default null: none. */
  phiMax?: Hyper | null;
}

// What both passes need of Adam's corrections, which are folded into two numbers.
function correctionsOf({ options: { betas, eps, biasCorrection }, t, least }: Row<LAMBOptions>) {
  if (!biasCorrection) return { scale: 1, epsilon: eps };
  const root2 = Math.sqrt(1 - power(betas[1], t));
  return { scale: root2 / (1 - power(betas[0], t)), epsilon: folded(eps, root2, least) };
}

/** The rule of `LAMB`. */
export const lamb: Rule<LAMBOptions> = {
  name: 'lamb',
  kernels: lambKernels,
  label: 'LAMB',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-6, epsilon),
    weightDecay: hyper(0, nonNegative),
    biasCorrection: flag(true),
    phiMax: optional(positiveOrNull),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  clock: 'own',
  *passes() {
    const sums = yield {
      kernel: 'moments',
      sums: ['weight', 'update'],
      numbers(row) {
        const { betas, weightDecay } = row.options;
        const { scale, epsilon } = correctionsOf(row);
        return [betas[0], 1 - betas[0], betas[1], 1 - betas[1], scale, epsilon, weightDecay];
      },
    };
    yield {
      kernel: '',
      numbers(row) {
        const { lr, weightDecay, phiMax } = row.options;
        const { scale, epsilon } = correctionsOf(row);
        const weight = Math.sqrt(sums.of(row.tensor, 'weight'));
        const update = Math.sqrt(sums.of(row.tensor, 'update'));
        const phi = phiMax !== null && weight > phiMax ? phiMax : weight;
        const trust = weight === 0 || update === 0 ? 1 : phi / update;
        return [scale, epsilon, weightDecay, lr * trust];
      },
    };
    return undefined;
  },
};

/**
 * LAMB: Adam, whose step for each tensor has the length of the tensor, so that large batches can have large learning rates.
 *
 *     u = m̂ / (√v̂ + eps) + weightDecay p        p = p - lr (‖p‖ / ‖u‖) u
 *
 * m and v are Adam's averages. The ratio is 1 where a norm is 0. You et al. 2019, algorithm 2. Keras decays the weights by
 * themselves, outside of the ratio; optax' ratio is this one. The norms are added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class LAMB<const P extends ParamsLike<P> = Params> extends Optimizer<LAMBOptions, P> {
  constructor(params: P, options: LAMBOptions & Settings<P> = {}) {
    super(lamb, params, options);
  }
}
