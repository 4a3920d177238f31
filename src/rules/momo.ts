import { momoKernels } from '../kernels.generated.js';
import { LossOptimizer } from '../loss-optimizer.js';
import { downTo } from '../numerics/truncated-model.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `MoMo` takes; each number may be a function of the step. */
export interface MoMoOptions extends StepOptions {
  /** The largest step size, >= 0. Default 1. */
  lr?: Hyper;
  /** Decay rate of the averages of gradient and loss, in [0, 1). Default 0.9. */
  beta?: Hyper;
  /** The least value that the loss can have, as far as is known. Default 0. */
  lowerBound?: Hyper;
  /** Weight decay, >= 0, by itself: the parameter is divided by 1 + lr weightDecay. Default 0. */
  weightDecay?: Hyper;
  /** Raise the lower bound as training goes on. Default false. */
  adaptLowerBound?: boolean;
  /** Divide before the step, as optax does, and not after it. Default false. */
  decayFirst?: boolean;
}

/** The rule of `MoMo`. */
export const momo: Rule<MoMoOptions> = {
  name: 'momo',
  kernels: momoKernels,
  label: 'MoMo',
  options: {
    lr: hyper(1, nonNegative),
    beta: hyper(0.9, belowOne),
    lowerBound: hyper(0, finite),
    weightDecay: hyper(0, nonNegative),
    adaptLowerBound: flag(false),
    decayFirst: flag(false),
  },
  slots: [{ name: 'exp_avg' }],
  byLoss: true,
  model: ({ lowerBound }) => ({ barf: 0, gamma: 0, lb: lowerBound }),
  *passes({ options, t, model: { barf = 0, gamma = 0, lb = 0 }, loss }) {
    const sums = yield {
      kernel: 'moments',
      sums: ['slope', 'size', 'way'],
      numbers: row => {
        const beta = row.t === 1 ? 0 : row.options.beta;
        return [beta, 1 - beta];
      },
    };
    const beta = t === 1 ? 0 : options.beta;
    const average = beta * barf + (1 - beta) * (options.maximize ? -loss : loss);
    const slope = beta * gamma + (1 - beta) * sums.all('slope');
    const line = { average, slope, size: sums.all('size'), way: sums.all('way'), correction: 1 };
    const bound = options.adaptLowerBound ? lb : options.lowerBound;
    const { rate, next } = downTo(bound, line, options);
    yield {
      kernel: '',
      numbers: ({ options: { lr, weightDecay, decayFirst } }) => {
        const shrink = 1 / (1 + lr * weightDecay);
        return [decayFirst ? shrink : 1, Math.min(lr, rate), decayFirst ? 1 : shrink];
      },
    };
    return { model: { barf: average, gamma: slope, lb: next } };
  },
};

/**
 * MoMo: momentum with a step size out of the loss. The averages of losses and gradients are a line that models the loss; the step goes
 * down that line, as far as the least loss, or by lr. It needs the loss: `optimizer.step(grads, { loss })`.
 *
 *     d = beta d + (1 - beta) g        F = beta F + (1 - beta) loss        c = beta c + (1 - beta) ⟨g, p⟩  (beta = 0 at the first step)
 *     r = max((1 + lr weightDecay) (F - lowerBound - c) + ⟨d, p⟩, 0) / ‖d‖²        p = (p - min(lr, r) d) / (1 + lr weightDecay)
 *
 * Schaipp et al. 2023, algorithm 1; options, defaults and numbers of the authors' code, whose `lb` is lowerBound and whose
 * `use_fstar` is adaptLowerBound. optax' `momo` divides by 1 + lr weightDecay first (`decayFirst`). F (`barf`), c (`gamma`) and the
 * bound (`lb`) are numbers of the whole model, as are norm and products, which are added up in double; a state dict has them in
 * `model`. With `maximize` the loss is turned, too. The first group's options are those of F, c and r.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class MoMo<const P extends ParamsLike<P> = Params> extends LossOptimizer<MoMoOptions, P> {
  constructor(params: P, options: MoMoOptions & Settings<P> = {}) {
    super(momo, params, options);
  }
}
