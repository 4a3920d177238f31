import { OptionError } from '../errors.js';
import { pnmKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `PNM` takes; each number may be a function of the step. */
export interface PNMOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** The root of the momenta's decay rate, in [0, 1), and the weight of the negative momentum, >= 0. Default [0.9, 1]. */
  betas?: Pair;
  /** Weight decay, >= 0: by itself as in AdamW, or added to the gradient (L2) without `weightDecouple`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves. Default true. */
  weightDecouple?: boolean;
}

/** The rule of `PNM`. */
export const pnm: Rule<PNMOptions> = {
  name: 'pnm',
  kernels: pnmKernels,
  label: 'PNM',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 1], nonNegative),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(true),
  },
  check({ betas }) {
    if (!belowOne.holds(betas[0]))
      throw new OptionError(`Expected ${belowOne.text} for betas[0], got ${betas[0]}`);
  },
  flags: () => ['even'],
  slots: [{ name: 'pos_momentum' }, { name: 'neg_momentum' }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  shorter: { flags: () => [], holds: (_, t) => t % 2 === 1 },
  coefficients({ lr, betas }) {
    const [beta1, beta2] = betas;
    const decay = beta1 * beta1;
    const length = Math.sqrt((1 + beta2) * (1 + beta2) + beta2 * beta2);
    return [decay, 1 - decay, lr * ((1 + beta2) / length), lr * (beta2 / length)];
  },
};

/**
 * Positive-negative momentum: two momenta take turns, and the difference of the two is the step, so that it has more of the gradient's
 * noise, which leads to flatter minima. At odd steps a moves and b rests, at even steps the other way round:
 *
 *     a = beta1² a + (1 - beta1²) g        p = p - lr ((1 + beta2) a - beta2 b) / √((1 + beta2)² + beta2²)
 *
 * Xie et al. 2021; numbers of the authors' code, where lr has no default and `weightDecouple` is called `decoupled`. Which one moves
 * goes by the tensor's own step count, and the momenta are not corrected for having started at zero. `pos_momentum` is that of the
 * odd steps.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class PNM<const P extends ParamsLike<P> = Params> extends Optimizer<PNMOptions, P> {
  constructor(params: P, options: PNMOptions & Settings<P> = {}) {
    super(pnm, params, options);
  }
}
