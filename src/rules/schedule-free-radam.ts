import { OptionError } from '../errors.js';
import { scheduleFreeAdamwKernels, scheduleFreeRadamKernels } from '../kernels.generated.js';
import { averagingWeight } from '../numerics/averaging-weight.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { rectification } from '../numerics/rectification.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper, type Numbers, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Scalars } from '../pass.js';
import { belowOne, betweenZeroAndOne, epsilon, finite, nonNegative } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import { ScheduleFree } from '../schedule-free.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `ScheduleFreeRAdam` takes; each number may be a function of the step. */
export interface ScheduleFreeRAdamOptions extends StepOptions {
  /** Learning rate, >= 0; it needs no schedule and no warm-up. Default 2.5e-3. */
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
  /** The weight of step t in the average is multiplied by t^r; any finite number. Default 0. */
  r?: Hyper;
  /** And by the largest learning rate so far to this power; any finite number. Default 2. */
  weightLrPower?: Hyper;
  /** Take no step as long as the variance of the second moment cannot be told, in place of steps along the gradient. Default true. */
  silentSgdPhase?: boolean;
}

/** What step t is: its learning rate, whether it is divided by the second moment, and its weight in the average. */
function stepOf(options: Numbers<ScheduleFreeRAdamOptions>, t: number, before: Scalars) {
  const { lr, betas, silentSgdPhase } = options;
  const { length, root } = rectification(betas[1], t);
  const adapts = length > 4;
  const now = lr * (adapts ? root : silentSgdPhase ? 0 : 1);
  return { adapts, now, ...averagingWeight(now, t, options, before) };
}

/** The rule of `ScheduleFreeRAdam`. */
export const scheduleFreeRadam: Rule<ScheduleFreeRAdamOptions> = {
  name: 'schedule-free-radam',
  kernels: [...scheduleFreeRadamKernels, ...scheduleFreeAdamwKernels],
  label: 'ScheduleFreeRAdam',
  unswitched: placed,
  options: {
    lr: hyper(2.5e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    r: hyper(0, finite),
    weightLrPower: hyper(2, finite),
    silentSgdPhase: flag(true),
  },
  check({ betas }) {
    if (!betweenZeroAndOne.holds(betas[0]))
      throw new OptionError(`Expected ${betweenZeroAndOne.text} for betas[0], got ${betas[0]}`);
  },
  ownWay: true,
  slots: [{ name: 'z' }, { name: 'exp_avg_sq' }],
  scalars: () => ({ lr_max: 0, weight_sum: 0 }),
  advance(options, t, before) {
    const { lr_max, weight_sum } = stepOf(options, t, before);
    return { lr_max, weight_sum };
  },
  coefficients(options, t, before, least) {
    const { betas, eps, weightDecay } = options;
    const { adapts, now, share } = stepOf(options, t, before);
    const root2 = Math.sqrt(1 - power(betas[1], t));
    return [
      t === 1 ? 1 : 0,
      betas[1],
      1 - betas[1],
      adapts ? 1 : 0,
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
 * Schedule-free RAdam: schedule-free AdamW whose learning rate rises as RAdam rectifies it, so that it needs no warm-up either.
 *
 *     v = beta2 v + (1 - beta2) g²        l and r as in RAdam
 *     l > 4: u = g / (√v̂ + eps), lr r; else u = g, and lr, or 0 where it is silent
 *     u = u + weightDecay y        z = z - lr u        x = (1 - c) x + c z, c = w / Σw, w = t^r lr_max^weightLrPower
 *     y = (1 - beta1) z + beta1 x
 *
 * Defazio et al. 2024 and Liu et al. 2020; options, defaults and numbers of the authors' `RAdamScheduleFree`, which has no paper of its
 * own. At its commit 51ee0b9 the step of y has the other sign there; here y is what the paper says, and as in their AdamW. Their
 * experimental option `cautious` is left out.
 *
 *     optimizer.eval();    // the parameters are the average: evaluate, or save them as the result
 *     optimizer.train();   // and go on
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class ScheduleFreeRAdam<const P extends ParamsLike<P> = Params> extends ScheduleFree<
  ScheduleFreeRAdamOptions,
  P
> {
  constructor(params: P, options: ScheduleFreeRAdamOptions & Settings<P> = {}) {
    super(scheduleFreeRadam, params, options, ({ betas }) => betas[0]);
  }
}
