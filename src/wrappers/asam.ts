import { ClosureOptimizer } from '../closure-optimizer.js';
import { asamKernels } from '../kernels.generated.js';
import type { Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { nonNegative, positive } from '../ranges.js';
import type { Hyper } from '../types.js';
import { type Ascent, ascentOver } from './ascent.js';
import { type BaseClass, type BaseOptions, type OwnOptions, wraps } from './base.js';

/** What `ASAM` takes besides the options of its base; each number may be a function of the step. */
export interface ASAMOptions {
  /** How far up the slope the second gradient is taken, measured by the sizes of the elements, >= 0. Default 0.5. */
  rho?: Hyper;
  /** Added to the size of an element, >= 0; at 0 an element that is 0 is left where it is. Default 0.01. */
  eta?: Hyper;
  /** Measure the elements by their sizes; false, for a group of biases, say, is the way of `SAM`: T = 1. Default true. */
  adaptive?: boolean;
  /** Added to the norm that is divided by, > 0. Default 1e-16. */
  perturbEps?: Hyper;
}

const asam: Ascent<ASAMOptions> = {
  label: 'ASAM',
  kernels: asamKernels,
  options: {
    rho: hyper(0.5, nonNegative),
    eta: hyper(0.01, nonNegative),
    adaptive: flag(true),
    perturbEps: hyper(1e-16, positive),
  },
  *climb({ rho, perturbEps }, own) {
    // T = share |p| + eta.
    const sizes = (row: Row<object>) => {
      const { adaptive, eta } = own(row);
      return adaptive ? [1, eta] : [0, 1];
    };
    const sums = yield { kernel: 'asam.size', alone: true, sums: ['size'], numbers: sizes };
    const scale = rho / (Math.sqrt(sums.all('size')) + perturbEps);
    yield { kernel: 'asam.ascend', alone: true, numbers: row => [...sizes(row), scale] };
  },
};

/**
 * Adaptive sharpness-aware minimization over another optimizer: `SAM` whose way up the slope is measured by the size of each element, so
 * that weights which are scaled up and down to the same effect are taken alike. Two gradients a step, so it takes a closure.
 *
 *     T = |p| + eta        e = rho T² g(p) / (‖T g(p)‖ + perturbEps)        p = the base's step from p with g(p + e)
 *
 * The norm is that of all gradients together, added up in double. Kwon et al. 2021; defaults and numbers of the authors' code, which has
 * T = 1 for parameters without `weight` in their names: give these a group with `adaptive: false`. `SAM(adaptive=True)` of
 * pytorch_optimizer has eta 0. The base is any optimizer of one pass; its options stand beside `rho`, which over `Adadelta`, that has one,
 * is `asamRho`. Its weight decay counts at p, and not in e.
 *
 *     const optimizer = new ASAM([{ params: weights }, { params: biases, adaptive: false }], SGD, { lr: 0.1, momentum: 0.9 });
 *     optimizer.step(() => gradientsOf(weights, biases));     // called twice
 *
 * @throws OptionError (also where the base takes several passes or a closure), ShapeError, BackendError, before anything is written
 */
export class ASAM<
  const P extends ParamsLike<P> = Params,
  Base extends BaseClass = BaseClass,
> extends ClosureOptimizer<BaseOptions<Base> & OwnOptions<Base, ASAMOptions, 'asam'>, P> {
  constructor(
    params: P,
    Base: Base,
    options?: Omit<BaseOptions<Base>, 'shapes'> & OwnOptions<Base, ASAMOptions, 'asam'> & Settings<P>,
  ) {
    super(ascentOver(asam, Base) as never, params, options ?? ({} as never));
  }
}

wraps('ASAM', ASAM);
