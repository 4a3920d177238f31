import { scheduleFreeAdamwKernels, scheduleFreeSgdKernels } from '../kernels.generated.js';
import { averagingWeight } from '../numerics/averaging-weight.js';
import type { Settings } from '../optimizer.js';
import { hyper, type Numbers } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Scalars } from '../pass.js';
import { betweenZeroAndOne, finite, nonNegative } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import { ScheduleFree } from '../schedule-free.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `ScheduleFreeSGD` takes; each number may be a function of the step. */
export interface ScheduleFreeSGDOptions extends StepOptions {
  /** Learning rate, >= 0; it needs no schedule. Default 1. */
  lr?: Hyper;
  /** At which point between z (0) and the average x (1) gradients are taken, in (0, 1). Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0, added to the gradient at the point where that is taken. Default 0. */
  weightDecay?: Hyper;
  /** Steps in which the learning rate grows from 0 to lr, >= 0. Default 0. */
  warmupSteps?: Hyper;
  /** The weight of step t in the average is multiplied by t^r; any finite number. Default 0. */
  r?: Hyper;
  /** And by the largest learning rate so far to this power; any finite number. Default 2. */
  weightLrPower?: Hyper;
}

/** The learning rate at step t, and its weight in the average. */
function weightOf(options: Numbers<ScheduleFreeSGDOptions>, t: number, before: Scalars) {
  const { lr, warmupSteps } = options;
  const now = t < warmupSteps ? (lr * t) / warmupSteps : lr;
  return { now, ...averagingWeight(now, t, options, before) };
}

/** The rule of `ScheduleFreeSGD`. */
export const scheduleFreeSgd: Rule<ScheduleFreeSGDOptions> = {
  name: 'schedule-free-sgd',
  kernels: [...scheduleFreeSgdKernels, ...scheduleFreeAdamwKernels],
  label: 'ScheduleFreeSGD',
  unswitched: placed,
  options: {
    lr: hyper(1, nonNegative),
    momentum: hyper(0.9, betweenZeroAndOne),
    weightDecay: hyper(0, nonNegative),
    warmupSteps: hyper(0, nonNegative),
    r: hyper(0, finite),
    weightLrPower: hyper(2, finite),
  },
  ownWay: true,
  slots: [{ name: 'z' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  scalars: () => ({ lr_max: 0, weight_sum: 0 }),
  advance(options, t, before) {
    const { lr_max, weight_sum } = weightOf(options, t, before);
    return { lr_max, weight_sum };
  },
  coefficients(options, t, before) {
    const { now, share } = weightOf(options, t, before);
    return [t === 1 ? 1 : 0, 1 - share, share, now * (options.momentum * (1 - share) - 1), now];
  },
};

/**
 * Schedule-free SGD: needs no learning-rate schedule, since it averages the points z that the steps lead to. The gradient is taken at
 * y, between z and their average x; the parameters are y while it trains, and x where it is evaluated.
 *
 *     z = z - lr (g + weightDecay y)        x = (1 - c) x + c z, c = w / Σw, w = t^r lr_max^weightLrPower
 *     y = (1 - momentum) z + momentum x
 *
 * Defazio et al. 2024; options, defaults and numbers of the authors' code. In their code `eval()` and `train()` compute the way there
 * and back, which rounds; here `train()` brings back the bits that were there.
 *
 *     optimizer.eval();    // the parameters are the average: evaluate, or save them as the result
 *     optimizer.train();   // and go on
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class ScheduleFreeSGD<const P extends ParamsLike<P> = Params> extends ScheduleFree<
  ScheduleFreeSGDOptions,
  P
> {
  constructor(params: P, options: ScheduleFreeSGDOptions & Settings<P> = {}) {
    super(scheduleFreeSgd, params, options, ({ momentum }) => momentum);
  }
}
