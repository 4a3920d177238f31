import { adafactorKernels } from '../kernels.generated.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOneOrNull, epsilon, nonNegative, nonNegativeOrNull, nonPositive, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import { stackOf } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';
import { adafactorPasses, atLeast, slotsNamed } from './adafactor.js';

/** What `AdafactorPaper` takes; each number may be a function of the step. */
export interface AdafactorPaperOptions extends StepOptions {
  /** Learning rate, >= 0, or null for 1e-2. With `relativeStep` it is min(lr, 1 / √t) at step t. Default null. */
  lr?: Hyper | null;
  /** What is added to the squares, and the least size of a parameter, each >= 0. Default [1e-30, 1e-3]. */
  eps?: Pair;
  /** The largest root mean square of an update, > 0. Default 1. */
  clipThreshold?: Hyper;
  /** Exponent of the decay of the second moments, <= 0: beta2 is 1 - t^decayRate at step t. Default -0.8. */
  decayRate?: Hyper;
  /** Decay rate of the average of the steps, in [0, 1). Default null: none, and no state for it. */
  beta1?: Hyper | null;
  /** Weight decay, >= 0, by itself, times the step size. Default 0. */
  weightDecay?: Hyper;
  /** Multiply the step size by the root mean square of the parameter. Default true. */
  scaleParameter?: boolean;
  /** Let the learning rate be no more than 1 / √t at step t. Default true. (fairseq and transformers take no lr beside it.) */
  relativeStep?: boolean;
  /** Take 1e-6 t in place of lr at step t; lr is not read then. Default false. (Those two want `relativeStep` with it.) */
  warmupInit?: boolean;
}

const names = { row: 'exp_avg_sq_row', column: 'exp_avg_sq_col', whole: 'exp_avg_sq' };

/** The rule of `AdafactorPaper`. */
export const adafactorPaper: Rule<AdafactorPaperOptions> = {
  name: 'adafactor',
  kernels: adafactorKernels,
  slotAccess,
  label: 'AdafactorPaper',
  title: 'adafactor-paper',
  options: {
    lr: optional(nonNegativeOrNull),
    eps: pair([1e-30, 1e-3], epsilon),
    clipThreshold: hyper(1, positive),
    decayRate: hyper(-0.8, nonPositive),
    beta1: optional(belowOneOrNull),
    weightDecay: hyper(0, nonNegative),
    scaleParameter: flag(true),
    relativeStep: flag(true),
    warmupInit: flag(false),
  },
  flags: ({ beta1 }) => (beta1 === null ? [] : ['momentum']),
  slots: slotsNamed(names, true),
  clock: 'own',
  grid: shape => (shape.length < 2 ? null : stackOf(shape)),
  passes: step =>
    adafactorPasses(step, names, ({ options, t }) => {
      const { lr, eps, clipThreshold, decayRate, beta1, weightDecay, scaleParameter } = options;
      const largest = options.warmupInit ? 1e-6 * t : (lr ?? 1e-2);
      const rate = options.relativeStep ? Math.min(largest, 1 / Math.sqrt(t)) : largest;
      return {
        added: eps[0],
        least: 0,
        leastMean: 0,
        rest: realPower(t, decayRate),
        most: clipThreshold,
        sizes(rms) {
          const alpha = scaleParameter ? rate * atLeast(rms, eps[1]) : rate;
          return { alpha, keep: 1 - weightDecay * alpha };
        },
        beta1,
      };
    }),
};

/**
 * Adafactor with the numbers of its paper. From `Adafactor`, PyTorch's, it differs in where the epsilon enters, in the step size, and in
 * that it may have a momentum.
 *
 *     R = beta2 R + (1 - beta2) mean of (g² + eps1) by rows        C likewise, by columns        V = R Cᵀ / mean of R
 *     u = g / √V        alpha = max(eps2, rms(p)) min(1e-2, 1 / √t)        u = alpha u / max(1, rms(u) / clipThreshold)
 *     m = beta1 m + (1 - beta1) u        p = p - weightDecay alpha p - m
 *
 * What has fewer than two dimensions has a V of its own, and so has every parameter without a shape: pass `shapes`. Shazeer and Stern
 * 2018, algorithms 4 to 6, as in fairseq and Hugging Face's transformers.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdafactorPaper<const P extends ParamsLike<P> = Params> extends Optimizer<
  AdafactorPaperOptions,
  P
> {
  constructor(params: P, options: AdafactorPaperOptions & Settings<P> = {}) {
    super(adafactorPaper, params, options);
  }
}
