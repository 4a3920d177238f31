import { insideOf } from '../inside.js';
import { prodigyKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, belowOneOrNull, epsilon, fromOneOrNull, nonNegative, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Prodigy` takes; each number may be a function of the step. */
export interface ProdigyOptions extends StepOptions {
  /** What the learning rate that it finds is multiplied by, >= 0; the authors recommend 1, or a schedule that ends at 0. Default 1. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Decay rate of what the estimate is made of, in [0, 1). Default null: the root of betas[1]. */
  beta3?: Hyper | null;
  /** Added to the root, times the estimate, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW. Default 0. */
  weightDecay?: Hyper;
  /** What the estimate begins with, > 0; refused once there is state. Default 1e-6. */
  d0?: number;
  /** What the estimate is multiplied by, >= 0. Default 1. */
  dCoef?: Hyper;
  /** By how much the estimate may grow in a step, >= 1. Default null: any factor. */
  growthRate?: Hyper | null;
  /** Correct the averages for having started at zero. Default false. */
  useBiasCorrection?: boolean;
  /** Leave the learning rate out of the sum that the estimate is divided by, for schedules with a long warm-up. Default false. */
  safeguardWarmup?: boolean;
}

/** The learning rate of a step whose estimate is d. */
function rateOf(
  { options: { lr, betas, useBiasCorrection }, t }: Pick<Row<ProdigyOptions>, 'options' | 't'>,
  d: number,
): number {
  if (!useBiasCorrection) return d * lr;
  return (d * lr * Math.sqrt(1 - power(betas[1], t))) / (1 - power(betas[0], t));
}

/** The rule of `Prodigy`. */
export const prodigy: Rule<ProdigyOptions> = {
  name: 'prodigy',
  kernels: prodigyKernels,
  label: 'Prodigy',
  options: {
    lr: hyper(1, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    beta3: optional(belowOneOrNull),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    d0: hyper(1e-6, positive),
    dCoef: hyper(1, nonNegative),
    growthRate: optional(fromOneOrNull),
    useBiasCorrection: flag(false),
    safeguardWarmup: flag(false),
  },
  ownWay: true,
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }, { name: 's' }, { name: 'p0' }],
  firstOnly: ['d0'],
  model: ({ d0 }) => ({ d: d0, d_max: d0, d_numerator: 0 }),
  *passes({ options, t, model: { d = 0, d_max = 0, d_numerator = 0 } }) {
    const { betas, d0, dCoef, growthRate } = options;
    const beta3 = options.beta3 ?? Math.sqrt(betas[1]);
    const sums = yield {
      kernel: 'moments',
      sums: ['product', 'size'],
      numbers(row) {
        const [beta1, beta2] = row.options.betas;
        const gradientStep = (d / d0) * (row.options.safeguardWarmup ? d : rateOf(row, d));
        return [
          beta1,
          d * (1 - beta1),
          beta2,
          d * d * (1 - beta2),
          beta3,
          gradientStep,
          row.t === 1 ? 1 : 0,
          1,
        ];
      },
    };
    const numerator = beta3 * d_numerator + (d / d0) * rateOf({ options, t }, d) * sums.all('product');
    const size = sums.all('size');
    // As long as no gradient has come, there is nothing to estimate from.
    const estimate = size > 0 ? (dCoef * numerator) / size : d;
    const largest = Math.max(d_max, estimate);
    const grown = (d === d0 ? Math.max(d, estimate) : d) * (growthRate ?? Infinity);
    const next = size > 0 ? Math.min(largest, grown) : d;
    yield {
      kernel: '',
      numbers(row) {
        const rate = rateOf(row, d);
        return [1 - row.options.weightDecay * rate, rate, next * row.options.eps];
      },
    };
    return { model: { d: next, d_max: largest, d_numerator: numerator } };
  },
};

/**
 * Prodigy: Adam, which finds its learning rate by itself. It estimates how far away the solution is, d, from how much the
 * gradients go along with the way that the parameters have come.
 *
 *     m = beta1 m + d (1 - beta1) g        v = beta2 v + d² (1 - beta2) g²        s = beta3 s + (d / d0) d lr g
 *     r = beta3 r + (d / d0) d lr ⟨g, p0 - p⟩        d = max(d, r / ‖s‖₁)        p = p - d lr m / (√v + d eps)
 *
 * Mishchenko and Defazio 2023; options, defaults and numbers of the authors' code (with `slice_p` 1). d is one number of the whole
 * model: a state dict has it, with what it is made of, in `model`. `lr`, `betas`, `beta3`, `d0`, `dCoef` and `growthRate` of the first
 * group are those of the estimate; the authors' code wants one lr in all groups.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Prodigy<const P extends ParamsLike<P> = Params> extends Optimizer<ProdigyOptions, P> {
  constructor(params: P, options: ProdigyOptions & Settings<P> = {}) {
    super(prodigy, params, options);
  }

  /** The estimate: by what `lr` is multiplied at the next step. `d0` before the first. */
  get d(): number {
    return insideOf<ProdigyOptions>(this).model.d!;
  }
}
