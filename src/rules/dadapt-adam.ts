import { insideOf } from '../inside.js';
import { dadaptAdamKernels } from '../kernels.generated.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, epsilon, fromOneOrNull, nonNegative, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `DAdaptAdam` takes; each number but `d0` may be a function of the step. */
export interface DAdaptAdamOptions extends StepOptions {
  /** What the learning rate that it finds is multiplied by, >= 0; the authors recommend 1, or a schedule that begins with 1. Default 1. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2); or, with `decouple`, by itself. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as in AdamW, by weightDecay d lr. Default false. */
  decouple?: boolean;
  /** Correct the averages for having started at zero. Default false. */
  useBiasCorrection?: boolean;
  /** What the estimate begins with, > 0; refused once there is state. Default 1e-6. */
  d0?: number;
  /** By how much the estimate may grow in a step, >= 1. Default null: any factor. */
  growthRate?: Hyper | null;
}

/** The estimate after a step: never less than before it, and grown by no more than a factor. */
export const grown = (d: number, estimate: number, growthRate: number | null): number =>
  Math.max(d, Math.min(estimate, d * (growthRate ?? Infinity)));

/** The learning rate of a step whose estimate is d. */
function rateOf(
  { options: { lr, betas, useBiasCorrection }, t }: Pick<Row<DAdaptAdamOptions>, 'options' | 't'>,
  d: number,
): number {
  if (!useBiasCorrection) return d * lr;
  return (d * lr * Math.sqrt(1 - power(betas[1], t))) / (1 - power(betas[0], t));
}

/** The rule of `DAdaptAdam`. */
export const dadaptAdam: Rule<DAdaptAdamOptions> = {
  name: 'dadapt-adam',
  kernels: dadaptAdamKernels,
  label: 'DAdaptAdam',
  options: {
    lr: hyper(1, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    decouple: flag(false),
    useBiasCorrection: flag(false),
    d0: hyper(1e-6, positive),
    growthRate: optional(fromOneOrNull),
  },
  ownWay: true,
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }, { name: 's' }],
  firstOnly: ['d0'],
  weightDecay: o => ({ rate: o.decouple ? 0 : o.weightDecay, decoupled: false }),
  model: ({ d0 }) => ({ d: d0, numerator_weighted: 0 }),
  *passes({ options, t, model: { d = 0, numerator_weighted = 0 } }) {
    const root = Math.sqrt(options.betas[1]);
    const sums = yield {
      kernel: 'moments',
      sums: ['product', 'size'],
      numbers(row) {
        const { betas, eps } = row.options;
        const root2 = Math.sqrt(betas[1]);
        const rate = rateOf(row, d);
        return [betas[0], (1 - betas[0]) * rate, betas[1], 1 - betas[1], root2, (1 - root2) * rate, eps, 1];
      },
    };
    const size = sums.all('size');
    // As long as no gradient has come, there is nothing to estimate from.
    const some = size !== 0;
    const added = (1 - root) * rateOf({ options, t }, d) * sums.all('product');
    const numerator = some ? root * numerator_weighted + added : numerator_weighted;
    const next = some ? grown(d, numerator / ((1 - root) * size), options.growthRate) : d;
    yield {
      kernel: '',
      numbers(row) {
        const { weightDecay, decouple, eps } = row.options;
        return [some && decouple ? 1 - weightDecay * rateOf(row, d) : 1, eps];
      },
    };
    return { model: { d: next, numerator_weighted: numerator } };
  },
};

/**
 * D-Adapt Adam: Adam that finds its learning rate by itself. It estimates how far away the solution is, d, from how much the gradients
 * go along with the sum of those before.
 *
 *     m = beta1 m + (1 - beta1) d lr g        v = beta2 v + (1 - beta2) g²        b = √beta2        s = b s + (1 - b) d lr g
 *     r = b r + (1 - b) d lr ⟨g, s / (√v + eps)⟩, with s and v from before        p = p - m / (√v + eps)
 *     d = max(d, min(r / ((1 - b) ‖s‖₁), d growthRate)), for the next step
 *
 * Defazio and Mishchenko 2023; options, defaults and numbers of the authors' code of today. optax' `dadapt_adamw` corrects the averages
 * and decays the weights by themselves, which are `useBiasCorrection` and `decouple` here; pytorch_optimizer multiplies by ‖s‖₁ where the
 * authors divide. d and r are numbers of the whole model: a state dict has them in `model`. `lr`, `betas`, `useBiasCorrection`, `d0` and
 * `growthRate` of the first group are those of the estimate; the authors' code wants one lr in all groups. See also `Prodigy`.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class DAdaptAdam<const P extends ParamsLike<P> = Params> extends Optimizer<DAdaptAdamOptions, P> {
  constructor(params: P, options: DAdaptAdamOptions & Settings<P> = {}) {
    super(dadaptAdam, params, options);
  }

  /** The estimate: by what `lr` is multiplied at the next step. `d0` before the first. */
  get d(): number {
    return insideOf<DAdaptAdamOptions>(this).model.d!;
  }
}
