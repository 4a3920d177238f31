import { insideOf } from '../inside.js';
import { dadaptSgdKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, optional } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, fromOneOrNull, nonNegative, positive } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';
import { grown } from './dadapt-adam.js';

/** What `DAdaptSGD` takes; each number but `d0` may be a function of the step. */
export interface DAdaptSGDOptions extends StepOptions {
  /** What the learning rate that it finds is multiplied by, >= 0; the authors recommend 1, or a schedule that begins with 1. Default 1. */
  lr?: Hyper;
  /** How much of a parameter a step keeps: decay rate of the average of the points that the steps lead to, in [0, 1). Default 0. */
  momentum?: Hyper;
  /** Weight decay, >= 0, added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
  /** What the estimate begins with, > 0; refused once there is state. Default 1e-6. */
  d0?: number;
  /** By how much the estimate may grow in a step, >= 1. Default null: any factor. */
  growthRate?: Hyper | null;
}

/** The rule of `DAdaptSGD`. */
export const dadaptSgd: Rule<DAdaptSGDOptions> = {
  name: 'dadapt-sgd',
  kernels: dadaptSgdKernels,
  label: 'DAdaptSGD',
  unswitched: placed,
  options: {
    lr: hyper(1, nonNegative),
    momentum: hyper(0, belowOne),
    weightDecay: hyper(0, nonNegative),
    d0: hyper(1e-6, positive),
    growthRate: optional(fromOneOrNull),
  },
  ownWay: true,
  slots: [{ name: 's' }, { name: 'x0' }],
  firstOnly: ['d0'],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  model: ({ d0 }) => ({ d: d0, numerator_weighted: 0, g0_norm: 0 }),
  *passes({ options, model: { d = 0, numerator_weighted = 0, g0_norm = 0 } }) {
    // The norm of the first gradient, as the stages scale it and without decay.
    const first = g0_norm === 0 ? yield { kernel: 'norm', alone: true, sums: ['size'] } : null;
    const norm = first === null ? g0_norm : Math.sqrt(first.all('size'));
    const rateOf = (lr: number): number => (norm === 0 ? 0 : (d * lr) / norm);
    const sums = yield {
      kernel: 'sums',
      sums: ['product', 'size'],
      numbers: row => [row.t === 1 ? 1 : 0, rateOf(row.options.lr)],
    };
    const numerator = numerator_weighted + rateOf(options.lr) * sums.all('product');
    const size = Math.sqrt(sums.all('size'));
    const next = size === 0 ? d : grown(d, (2 * numerator) / size, options.growthRate);
    yield {
      kernel: '',
      // Where nothing has come yet nothing moves, not even by a rounding.
      numbers: ({ options: { momentum } }) => (norm === 0 ? [1, 0] : [momentum, 1 - momentum]),
    };
    return { model: { d: next, numerator_weighted: numerator, g0_norm: norm } };
  },
};

/**
 * D-Adapt SGD: gradient descent that finds its learning rate by itself. It estimates how far away the solution is, d, from how much the
 * gradients go along with the sum of those before, s. The parameters are an average of the points that s leads to.
 *
 *     a = d lr / ‖g₁‖        r = r + a ⟨g, s⟩        s = s + a g        p = momentum p + (1 - momentum) (x0 - s)
 *     d = max(d, min(2 r / ‖s‖, d growthRate)), for the next step
 *
 * with ‖g₁‖ the norm of the first gradient that is not zero, of the whole model and without weight decay, and x0 where a parameter
 * began. Defazio and Mishchenko 2023; options, defaults and numbers of the authors' code of today. pytorch_optimizer has a momentum of 0.9
 * and ignores weight decay. d, r and ‖g₁‖ are numbers of the whole model: a state dict has them in `model`. `lr`, `d0` and `growthRate`
 * of the first group are those of the estimate; the authors' code wants one lr in all groups.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class DAdaptSGD<const P extends ParamsLike<P> = Params> extends Optimizer<DAdaptSGDOptions, P> {
  constructor(params: P, options: DAdaptSGDOptions & Settings<P> = {}) {
    super(dadaptSgd, params, options);
  }

  /** The estimate: by what `lr` is multiplied at the next step. `d0` before the first. */
  get d(): number {
    return insideOf<DAdaptSGDOptions>(this).model.d!;
  }
}
