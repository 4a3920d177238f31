import { aligKernels } from '../kernels.generated.js';
import { LossOptimizer } from '../loss-optimizer.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper, optional } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `AliG` takes; each number may be a function of the step. */
export interface AliGOptions extends StepOptions {
  /** The largest step size, > 0, or null for none; the authors' `max_lr`. Default null. */
  lr?: Hyper | null;
  /** Momentum factor, >= 0. Default 0. */
  momentum?: Hyper;
  /** Added to the squared norm that is divided by, >= 0. Default 1e-5. */
  eps?: Hyper;
  /** Leave the step size out of the buffer, and multiply by it after. Default false. */
  adjustedMomentum?: boolean;
}

/** The rule of `AliG`. */
export const alig: Rule<AliGOptions> = {
  name: 'alig',
  kernels: aligKernels,
  label: 'AliG',
  options: {
    lr: optional(positiveOrNull),
    momentum: hyper(0, nonNegative),
    eps: hyper(1e-5, nonNegative),
    adjustedMomentum: flag(false),
  },
  flags: ({ momentum }) => (momentum === 0 ? [] : ['momentum']),
  slots: [{ name: 'momentum_buffer', when: ['momentum'], joins: 'zeros' }],
  byLoss: true,
  *passes({ options: { eps, maximize }, loss }) {
    const sums = yield { kernel: 'norm', alone: true, sums: ['size'] };
    const rate = (maximize ? -loss : loss) / (sums.all('size') + eps);
    yield {
      kernel: '',
      numbers: ({ options: { lr, momentum, adjustedMomentum } }) => {
        const stepSize = Math.min(rate, lr ?? Infinity);
        return [
          stepSize,
          momentum,
          adjustedMomentum ? 1 : stepSize,
          adjustedMomentum ? stepSize * momentum : momentum,
        ];
      },
    };
    return undefined;
  },
};

/**
 * ALI-G: a step size out of the loss, for models that can bring it down to zero, with Nesterov momentum. It needs the loss:
 * `optimizer.step(grads, { loss })`.
 *
 *     r = min(loss / (‖g‖² + eps), lr)        b = momentum b - r g        p = p - r g + momentum b
 *     with adjustedMomentum: b = momentum b - g        p = p - r g + r momentum b
 *
 * Berrada, Zisserman and Kumar 2020, algorithm 1; options, defaults and numbers of the authors' code. Their projection onto a
 * ball is left to the caller: between steps the parameters are yours. The norm is that of all gradients together, added up in
 * double. With `maximize` the loss is turned, too. `eps` is that of the first group.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AliG<const P extends ParamsLike<P> = Params> extends LossOptimizer<AliGOptions, P> {
  constructor(params: P, options: AliGOptions & Settings<P> = {}) {
    super(alig, params, options);
  }
}
