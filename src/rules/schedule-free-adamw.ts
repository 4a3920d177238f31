import { OptionError } from '../errors.js';
import { scheduleFreeAdamwKernels } from '../kernels.generated.js';
import { averagingWeight } from '../numerics/averaging-weight.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import type { Settings } from '../optimizer.js';
import { hyper, type Numbers, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Scalars } from '../pass.js';
import { belowOne, betweenZeroAndOne, epsilon, finite, nonNegative } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import { ScheduleFree } from '../schedule-free.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `ScheduleFreeAdamW` takes; each number may be a function of the step. */
export interface ScheduleFreeAdamWOptions extends StepOptions {
  /** Learning rate, >= 0; it needs no schedule. Default 2.5e-3. */
  lr?: Hyper;
  /**
   * At which point between z (0) and the average x (1) gradients are taken, in (0, 1); and the decay rate of the average of the squared
   * gradient, in [0, 1). Default [0.9, 0.999].
   */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0: z loses lr weightDecay y, where y is the point at which the gradient is taken. Default 0. */
  weightDecay?: Hyper;
  /** Steps in which the learning rate grows from 0 to lr, >= 0. Default 0. */
  warmupSteps?: Hyper;
  /** The weight of step t in the average is multiplied by t^r; any finite number. Default 0. */
  r?: Hyper;
  /** And by the largest learning rate so far to this power; any finite number. Default 2. */
  weightLrPower?: Hyper;
}

/** The learning rate at step t, and its weight in the average. */
function weightOf(options: Numbers<ScheduleFreeAdamWOptions>, t: number, before: Scalars) {
  const { lr, warmupSteps } = options;
  const now = t < warmupSteps ? (lr * t) / warmupSteps : lr;
  return { now, ...averagingWeight(now, t, options, before) };
}

/** The rule of `ScheduleFreeAdamW`. */
export const scheduleFreeAdamw: Rule<ScheduleFreeAdamWOptions> = {
  name: 'schedule-free-adamw',
  kernels: scheduleFreeAdamwKernels,
  label: 'ScheduleFreeAdamW',
  unswitched: placed,
  options: {
    lr: hyper(2.5e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    warmupSteps: hyper(0, nonNegative),
    r: hyper(0, finite),
    weightLrPower: hyper(2, finite),
  },
  check({ betas }) {
    if (!betweenZeroAndOne.holds(betas[0]))
      throw new OptionError(`Expected ${betweenZeroAndOne.text} for betas[0], got ${betas[0]}`);
  },
  ownWay: true,
  slots: [{ name: 'z' }, { name: 'exp_avg_sq' }],
  scalars: () => ({ lr_max: 0, weight_sum: 0 }),
  advance(options, t, before) {
    const { lr_max, weight_sum } = weightOf(options, t, before);
    return { lr_max, weight_sum };
  },
  coefficients(options, t, before, least) {
    const { betas, eps, weightDecay } = options;
    const { now, share } = weightOf(options, t, before);
    const root2 = Math.sqrt(1 - power(betas[1], t));
    return [
      t === 1 ? 1 : 0,
      betas[1],
      1 - betas[1],
      root2,
      folded(eps, root2, least),
      weightDecay,
      1 - share,
      share,
      now * (betas[0] * (1 - share) - 1),
      now,
    ];
  },
};

/**
 * Schedule-free AdamW: needs no learning-rate schedule, since it averages the points z that the steps lead to. The gradient is taken
 * at y, between z and their average x; the parameters are y while it trains, and x where it is evaluated.
 *
 *     v = beta2 v + (1 - beta2) g²        u = g / (√v̂ + eps) + weightDecay y        z = z - lr u
 *     x = (1 - c) x + c z, c = w / Σw, w = t^r lr_max^weightLrPower        y = (1 - beta1) z + beta1 x
 *
 * Defazio et al. 2024; options, defaults and numbers of the authors' code of today. Keras averages with 1/t. In their code `eval()` and
 * `train()` compute the way there and back, which rounds; here `train()` brings back the bits that were there.
 *
 *     optimizer.eval();    // the parameters are the average: evaluate, or save them as the result
 *     optimizer.train();   // and go on
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class ScheduleFreeAdamW<const P extends ParamsLike<P> = Params> extends ScheduleFree<
  ScheduleFreeAdamWOptions,
  P
> {
  constructor(params: P, options: ScheduleFreeAdamWOptions & Settings<P> = {}) {
    super(scheduleFreeAdamw, params, options, ({ betas }) => betas[0]);
  }
}
