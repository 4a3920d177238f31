import { momoAdamKernels } from '../kernels.generated.js';
import { LossOptimizer } from '../loss-optimizer.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { downTo } from '../numerics/truncated-model.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `MoMoAdam` takes; each number may be a function of the step. */
export interface MoMoAdamOptions extends StepOptions {
  /** The largest step size, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** Decay rates of the averages of gradient and loss, and of the gradient's square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** The least value that the loss can have, as far as is known. Default 0. */
  lowerBound?: Hyper;
  /** Weight decay, >= 0, by itself: the parameter is divided by 1 + lr weightDecay. Default 0. */
  weightDecay?: Hyper;
  /** Raise the lower bound as training goes on. Default false. */
  adaptLowerBound?: boolean;
  /** Divide before the step, as optax does, and not after it. Default false. */
  decayFirst?: boolean;
}

/** The rule of `MoMoAdam`. */
export const momoAdam: Rule<MoMoAdamOptions> = {
  name: 'momo-adam',
  kernels: momoAdamKernels,
  label: 'MoMoAdam',
  options: {
    lr: hyper(1e-2, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    lowerBound: hyper(0, finite),
    weightDecay: hyper(0, nonNegative),
    adaptLowerBound: flag(false),
    decayFirst: flag(false),
  },
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  byLoss: true,
  model: ({ lowerBound }) => ({ barf: 0, gamma: 0, lb: lowerBound }),
  *passes({ options, t, model: { barf = 0, gamma = 0, lb = 0 }, loss }) {
    const sums = yield {
      kernel: 'moments',
      sums: ['slope', 'size', 'way'],
      numbers: ({ options: { betas, eps }, t: own, least }) => {
        const [beta1, beta2] = betas;
        const root2 = Math.sqrt(1 - power(beta2, own));
        return [beta1, 1 - beta1, beta2, 1 - beta2, root2, folded(eps, root2, least)];
      },
    };
    const [beta1] = options.betas;
    const correction = 1 - power(beta1, t);
    const average = beta1 * barf + (1 - beta1) * (options.maximize ? -loss : loss);
    const slope = beta1 * gamma + (1 - beta1) * sums.all('slope');
    const line = { average, slope, size: sums.all('size'), way: sums.all('way'), correction };
    const bound = options.adaptLowerBound ? lb : options.lowerBound;
    const { rate, next } = downTo(bound, line, options);
    yield {
      kernel: '',
      numbers: ({ options: { lr, betas, eps, weightDecay, decayFirst }, t: own, least }) => {
        const root2 = Math.sqrt(1 - power(betas[1], own));
        const shrink = 1 / (1 + lr * weightDecay);
        return [
          decayFirst ? shrink : 1,
          Math.min(lr / correction, rate) * root2,
          folded(eps, root2, least),
          decayFirst ? 1 : shrink,
        ];
      },
    };
    return { model: { barf: average, gamma: slope, lb: next } };
  },
};

/**
 * MoMoAdam: Adam with a step size out of the loss, as `MoMo` has it. It needs the loss: `optimizer.step(grads, { loss })`.
 *
 *     d = beta1 d + (1 - beta1) g        v = beta2 v + (1 - beta2) g²        D = √(v / (1 - beta2^t)) + eps
 *     F = beta1 F + (1 - beta1) loss        c = beta1 c + (1 - beta1) ⟨g, p⟩        b = 1 - beta1^t
 *     r = max((1 + lr weightDecay) (F - b lowerBound - c) + ⟨d, p⟩, 0) / ⟨d, d / D⟩
 *     p = (p - min(lr / b, r) d / D) / (1 + lr weightDecay)
 *
 * Schaipp et al. 2023, algorithm 2; options, defaults and numbers of the authors' code, whose `lb` is lowerBound and whose `use_fstar` is
 * adaptLowerBound. optax' `momo_adam` divides by 1 + lr weightDecay first (`decayFirst`). F (`barf`), c (`gamma`) and the bound (`lb`) are
 * numbers of the whole model, as are the products, which are added up in double; a state dict has them in `model`. With
 * `maximize` the loss is turned, too. The first group's options are those of F, c and r.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class MoMoAdam<const P extends ParamsLike<P> = Params> extends LossOptimizer<MoMoAdamOptions, P> {
  constructor(params: P, options: MoMoAdamOptions & Settings<P> = {}) {
    super(momoAdam, params, options);
  }
}
