import { sgdKernels } from '../kernels.generated.js';
import { LossOptimizer } from '../loss-optimizer.js';
import { nearlyZero } from '../numerics/truncated-model.js';
import type { Settings } from '../optimizer.js';
import { choice, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `PolyakSGD` takes; each number may be a function of the step. */
export interface PolyakSGDOptions extends StepOptions {
  /** The largest step size, >= 0; optax' `max_learning_rate`. Default 1. */
  lr?: Hyper;
  /** What the gradient is multiplied by before its norm is taken. Default 1. */
  scaling?: Hyper;
  /** The least value that the loss can have. Default 0. */
  fMin?: Hyper;
  /** Added to the squared norm that is divided by, >= 0. Default 0. */
  eps?: Hyper;
  /** `sps+`: no step where the loss is below fMin; `sps`: one uphill. Default `sps`. */
  variant?: 'sps' | 'sps+';
}

/** The rule of `PolyakSGD`: the kernel of SGD, with a step size out of the loss. */
export const polyakSgd: Rule<PolyakSGDOptions> = {
  name: 'sgd',
  kernels: sgdKernels,
  label: 'PolyakSGD',
  title: 'polyak-sgd',
  options: {
    lr: hyper(1, nonNegative),
    scaling: hyper(1, finite),
    fMin: hyper(0, finite),
    eps: hyper(0, nonNegative),
    variant: choice('sps', 'sps+'),
  },
  slots: [],
  byLoss: true,
  *passes({ options: { lr, scaling, fMin, eps, variant, maximize }, loss }) {
    const sums = yield { kernel: 'norm', alone: true, sums: ['size'] };
    const size = scaling * scaling * sums.all('size') + eps;
    const gap = (maximize ? -loss : loss) - fMin;
    const rate = Math.min((variant === 'sps+' ? Math.max(gap, 0) : gap) / size, lr);
    const stepSize = size <= nearlyZero ? 0 : rate * scaling;
    yield { kernel: '', numbers: () => [stepSize] };
    return undefined;
  },
};

/**
 * SGD with Polyak's step size: as far as a straight line would go down to the least loss. It needs the loss, and no state:
 * `optimizer.step(grads, { loss })`.
 *
 *     u = scaling g        p = p - min((loss - fMin) / (‖u‖² + eps), lr) u
 *
 * Polyak 1964; of mini-batches Loizou et al. 2021, Berrada et al. 2020. Numbers of optax' `polyak_sgd`, the
 * largest step size included. The norm is that of all gradients together, added up in double; no step is taken where it is zero. With
 * `maximize` the loss is turned, too. The options of the first group are those of the step.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class PolyakSGD<const P extends ParamsLike<P> = Params> extends LossOptimizer<PolyakSGDOptions, P> {
  constructor(params: P, options: PolyakSGDOptions & Settings<P> = {}) {
    super(polyakSgd, params, options);
  }
}
