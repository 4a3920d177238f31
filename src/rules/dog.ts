import { dogKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { epsilon, nonNegative, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `DoG` takes; each number but `initStep` may be a function of the step. */
export interface DoGOptions extends StepOptions {
  /** What the learning rate that it finds is multiplied by, >= 0; the authors recommend 1. Default 1. */
  lr?: Hyper;
  /**
   * What `initStep` is. `'heuristic'`: the first distance is initStep (1 + ‖p‖); `'distance'`: it is initStep; `'rate'`: the rate is
   * initStep until the parameters have moved. Refused once there is state. Default 'heuristic'.
   */
  initBy?: 'heuristic' | 'distance' | 'rate';
  /** What it begins with, > 0; refused once there is state. Default 1e-6. */
  initStep?: number;
  /** Added under the root, >= 0; at 0 a model without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The squares of three norms, of a tensor or of all of them. */
interface Squares {
  readonly distance: number;
  readonly gradient: number;
  readonly weight: number;
}

/** What is kept: the largest distance from the start, and the sum of the squared gradients. Before the first gradient both are 0. */
export const untravelled = { max_dist: 0, sum_sq_norm_grads: 0 };

/** The numbers after a step from those before it, and the rate of that step without `lr`. */
export function travelled(
  { initBy, initStep, eps }: Required<Pick<DoGOptions, 'initBy' | 'initStep'>> & { readonly eps: number },
  { max_dist = 0, sum_sq_norm_grads = 0 }: Readonly<Record<string, number>>,
  { distance, gradient, weight }: Squares,
) {
  const first = { heuristic: initStep * (1 + Math.sqrt(weight)), distance: initStep, rate: 0 }[initBy];
  const sum = sum_sq_norm_grads + gradient;
  const most = Math.max(sum_sq_norm_grads === 0 ? first : max_dist, Math.sqrt(distance));
  const rate = initBy === 'rate' && most === 0 ? initStep : most / Math.sqrt(sum + eps);
  // As long as no gradient has come, nothing has begun.
  return { rate, kept: sum === 0 ? untravelled : { max_dist: most, sum_sq_norm_grads: sum } };
}

/** The first pass: the squares of those norms. */
export const sizes = {
  kernel: 'sizes',
  sums: ['distance', 'gradient', 'weight'],
  numbers: ({ t }: { readonly t: number }) => [t === 1 ? 1 : 0],
} as const;

/** The rule of `DoG`. */
export const dog: Rule<DoGOptions> = {
  name: 'dog',
  kernels: dogKernels,
  label: 'DoG',
  options: {
    lr: hyper(1, nonNegative),
    initBy: choice('heuristic', 'distance', 'rate'),
    initStep: hyper(1e-6, positive),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  ownWay: true,
  slots: [{ name: 'p0' }],
  firstOnly: ['initBy', 'initStep'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  model: () => untravelled,
  *passes({ options, model }) {
    const sums = yield sizes;
    const { rate, kept } = travelled(options, model, {
      distance: sums.all('distance'),
      gradient: sums.all('gradient'),
      weight: sums.all('weight'),
    });
    yield { kernel: '', numbers: row => [row.options.lr * rate] };
    return { model: kept };
  },
};

/**
 * DoG: gradient descent that finds its learning rate by itself, the distance over the gradients: how far from their start the
 * parameters ever were, over the root of the sum of all squared gradients.
 *
 *     r = max(r, ‖p - p0‖)        S = S + ‖g‖²        p = p - lr r / √(S + eps) g
 *
 * r and S are numbers of the whole model, which a state dict has in `model`; `initBy`, `initStep` and `eps` of the first group are those
 * of all. Ivgi et al. 2023; options and numbers of optax' `dog`, whose `init_step` is `initBy` and `initStep` here; the authors' code has
 * `reps_rel` and `init_eta` for them. Both ignore a first distance of 0 at the first step only; here `'rate'` counts until the parameters
 * have moved. The authors recommend to evaluate an average of the parameters: `MovingAverage`. `LDoG` has an r and S for each tensor.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class DoG<const P extends ParamsLike<P> = Params> extends Optimizer<DoGOptions, P> {
  constructor(params: P, options: DoGOptions & Settings<P> = {}) {
    super(dog, params, options);
  }
}
