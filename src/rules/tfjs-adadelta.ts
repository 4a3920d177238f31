import { tfjsAdadeltaKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, finite, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `TfjsAdadelta` takes; each number may be a function of the step. */
export interface TfjsAdadeltaOptions extends StepOptions {
  /** Learning rate; a negative one ascends. Default 1e-3. */
  lr?: Hyper;
  /** Decay rate of both averages, in [0, 1). Default 0.95. */
  rho?: Hyper;
  /** Added under both roots, >= 0. Default 1e-7, TensorFlow.js' `backend().epsilon()` in float32. */
  eps?: Hyper;
}

/** The rule of `TfjsAdadelta`. */
export const tfjsAdadelta: Rule<TfjsAdadeltaOptions> = {
  name: 'tfjs-adadelta',
  kernels: tfjsAdadeltaKernels,
  label: 'adadelta',
  options: {
    lr: hyper(1e-3, finite),
    rho: hyper(0.95, belowOne),
    eps: hyper(1e-7, nonNegative),
  },
  slots: [{ name: 'accum_grad' }, { name: 'accum_var' }],
  coefficients: ({ lr, rho, eps }) => [lr, rho, 1 - rho, eps],
};

/**
 * `tf.train.adadelta` over plain arrays, bit for bit.
 *
 *     d = √(a + eps) / √(s + eps) g        s = rho s + (1 - rho) g²        a = rho a + (1 - rho) d²        p = p - lr d
 *
 * The oddity: it divides by the average `s` of the step before, in which this step's gradient is missing. From zeros both
 * averages then stay equal, and every step is lr g. Zeiler 2012, PyTorch and Keras take the new one.
 */
export class TfjsAdadelta<const P extends ParamsLike<P> = Params> extends Optimizer<TfjsAdadeltaOptions, P> {
  constructor(params: P, options: TfjsAdadeltaOptions & Settings<P> = {}) {
    super(tfjsAdadelta, params, options);
  }
}
