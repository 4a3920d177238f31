import { dogKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, optional } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';
import { sizes } from './dog.js';

/** What `DoWG` takes; each number but `initEstimSqDist` may be a function of the step. */
export interface DoWGOptions extends StepOptions {
  /** What the learning rate that it finds is multiplied by, >= 0. Default 1. */
  lr?: Hyper;
  /** The square of the distance that it begins with, > 0; refused once there is state. Default null: eps. */
  initEstimSqDist?: number | null;
  /** Added to the root, >= 0; at 0 a model without any gradient becomes NaN, and one without `initEstimSqDist`. Default 1e-4. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `DoWG`, which runs DoG's kernels. */
export const dowg: Rule<DoWGOptions> = {
  name: 'dog',
  kernels: dogKernels,
  label: 'DoWG',
  title: 'dowg',
  options: {
    lr: hyper(1, nonNegative),
    initEstimSqDist: optional(positiveOrNull),
    eps: hyper(1e-4, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  ownWay: true,
  slots: [{ name: 'p0' }],
  firstOnly: ['initEstimSqDist'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  model: ({ initEstimSqDist, eps }) => ({
    estim_sq_dist: initEstimSqDist ?? eps,
    weighted_sq_norm_grads: 0,
  }),
  *passes({ options: { eps }, model: { estim_sq_dist = 0, weighted_sq_norm_grads = 0 } }) {
    const sums = yield sizes;
    const most = Math.max(estim_sq_dist, sums.all('distance'));
    const sum = weighted_sq_norm_grads + most * sums.all('gradient');
    const rate = most / (Math.sqrt(sum) + eps);
    yield { kernel: '', numbers: row => [row.options.lr * rate] };
    return { model: { estim_sq_dist: most, weighted_sq_norm_grads: sum } };
  },
};

/**
 * DoWG: `DoG` with a sum in which the square of each gradient counts as much as the square of the distance at its time, so that it
 * learns faster where the distance grows.
 *
 *     r² = max(r², ‖p - p0‖²)        V = V + r² ‖g‖²        p = p - lr r² / (√V + eps) g
 *
 * r² and V are numbers of the whole model, which a state dict has in `model`; `initEstimSqDist` and `eps` of the first group are those of
 * all. Khaled et al. 2023; options, defaults and numbers of optax' `dowg`.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class DoWG<const P extends ParamsLike<P> = Params> extends Optimizer<DoWGOptions, P> {
  constructor(params: P, options: DoWGOptions & Settings<P> = {}) {
    super(dowg, params, options);
  }
}
