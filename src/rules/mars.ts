import { marsKernels } from '../kernels.generated.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `MARS` takes; each number may be a function of the step. */
export interface MARSOptions extends StepOptions {
  /** `adamw`: the average is divided by the root of that of the square. `lion`: its sign is the step. Default `adamw`. */
  marsType?: 'adamw' | 'lion';
  /** Learning rate, >= 0. Default 3e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the corrected gradient and of its square, in [0, 1); `lion` has no square. Default [0.95, 0.99]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** How much of its change is added to a gradient, >= 0, times beta1 / (1 - beta1). Default 0.025. */
  gamma?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW. Default 0. */
  weightDecay?: Hyper;
  /** Of `adamw`: divide by the largest second moment so far. Default false. */
  amsgrad?: boolean;
}

// What the change of a gradient is multiplied by.
const changeOf = ({ options: { betas, gamma } }: Pick<Row<MARSOptions>, 'options'>): number =>
  (gamma * betas[0]) / (1 - betas[0]);

/** The rule of `MARS`. */
export const mars: Rule<MARSOptions> = {
  name: 'mars',
  kernels: marsKernels,
  label: 'MARS',
  options: {
    marsType: choice('adamw', 'lion'),
    lr: hyper(3e-3, nonNegative),
    betas: pair([0.95, 0.99], belowOne),
    eps: hyper(1e-8, epsilon),
    gamma: hyper(0.025, nonNegative),
    weightDecay: hyper(0, nonNegative),
    amsgrad: flag(false),
  },
  flags({ marsType, amsgrad }) {
    if (marsType === 'lion') return ['lion'];
    return amsgrad ? ['amsgrad'] : [];
  },
  slots: [
    { name: 'last_grad' },
    { name: 'exp_avg' },
    { name: 'exp_avg_sq', unless: 'lion' },
    { name: 'max_exp_avg_sq', when: ['amsgrad'], joins: 'exp_avg_sq' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  clock: 'own',
  *passes() {
    const sums = yield {
      kernel: 'mars.size',
      alone: true,
      sums: ['size'],
      numbers: row => [changeOf(row)],
    };
    yield {
      kernel: '',
      numbers(row) {
        const { marsType, lr, betas, eps } = row.options;
        const [beta1, beta2] = betas;
        const size = Math.sqrt(sums.of(row.tensor, 'size'));
        const clip = size > 1 ? 1 / size : 1;
        const root2 = Math.sqrt(1 - power(beta2, row.t));
        const stepSize = marsType === 'lion' ? lr : (lr * root2) / (1 - power(beta1, row.t));
        const epsilonNow = folded(eps, root2, row.least);
        return [changeOf(row), clip, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, epsilonNow];
      },
    };
    return undefined;
  },
};

/**
 * MARS: less variance by adding to each gradient a part of its change, as STORM does, and then AdamW or the sign of an average.
 *
 *     c = g + gamma beta1 / (1 - beta1) (g - g before)        c = c / max(‖c‖, 1)        m = beta1 m + (1 - beta1) c
 *     adamw: v = beta2 v + (1 - beta2) c², u = m̂ / (√v̂ + eps)        lion: u = sign(m)        p = p - lr (u + weightDecay p)
 *
 * with a hat for what is corrected for having started at zero, the norm of each tensor by itself, and 0 for the gradient before the
 * first. Yuan et al. 2024; defaults and numbers of the authors' code with `is_approx` (the gradient before is that of its own step and
 * batch) and `optimize_1d` (vectors are no exception). Its exact form, which asks for a second gradient, is not here, nor its form for
 * Shampoo. The type's names are pytorch_optimizer's; that adds 1e-15 under the root, and eps before the correction. The norms are added
 * up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class MARS<const P extends ParamsLike<P> = Params> extends Optimizer<MARSOptions, P> {
  constructor(params: P, options: MARSOptions & Settings<P> = {}) {
    super(mars, params, options);
  }
}
