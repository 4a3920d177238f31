import { ClosureOptimizer } from '../closure-optimizer.js';
import { samKernels } from '../kernels.generated.js';
import type { Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { nonNegative, positive } from '../ranges.js';
import type { Hyper } from '../types.js';
import { type Ascent, ascentOver } from './ascent.js';
import { type BaseClass, type BaseOptions, type OwnOptions, wraps } from './base.js';

/** What `SAM` takes besides the options of its base; each number may be a function of the step. */
export interface SAMOptions {
  /** How far up the slope the second gradient is taken, >= 0. Default 0.05. */
  rho?: Hyper;
  /** Added to the norm that is divided by, > 0. Default 1e-12. */
  perturbEps?: Hyper;
}

const sam: Ascent<SAMOptions> = {
  label: 'SAM',
  kernels: samKernels,
  options: { rho: hyper(0.05, nonNegative), perturbEps: hyper(1e-12, positive) },
  *climb({ rho, perturbEps }) {
    const sums = yield { kernel: 'norm', alone: true, sums: ['size'] };
    const scale = rho / (Math.sqrt(sums.all('size')) + perturbEps);
    yield { kernel: 'sam.ascend', alone: true, numbers: () => [scale] };
  },
};

/**
 * Sharpness-aware minimization over another optimizer: it takes the gradients where the loss is worst nearby, and its base takes the
 * step with them from where the parameters were. Two gradients a step, so it takes a closure.
 *
 *     e = rho g(p) / (‖g(p)‖ + perturbEps)        p = the base's step from p with g(p + e)
 *
 * The norm is that of all gradients together, added up in double. Foret et al. 2021. The base is any optimizer of one pass; its options
 * stand beside `rho`, which over `Adadelta`, that has one, is `samRho`. Its weight decay counts at p, and not in e. `ASAM` measures each
 * element by its own size.
 *
 *     const optimizer = new SAM(params, SGD, { rho: 0.05, lr: 0.1, momentum: 0.9 });
 *     optimizer.step(() => gradientsOf(params));     // called twice
 *
 * @throws OptionError (also where the base takes several passes or a closure), ShapeError, BackendError, before anything is written
 */
export class SAM<
  const P extends ParamsLike<P> = Params,
  Base extends BaseClass = BaseClass,
> extends ClosureOptimizer<BaseOptions<Base> & OwnOptions<Base, SAMOptions, 'sam'>, P> {
  constructor(
    params: P,
    Base: Base,
    options?: Omit<BaseOptions<Base>, 'shapes'> & OwnOptions<Base, SAMOptions, 'sam'> & Settings<P>,
  ) {
    super(ascentOver(sam, Base) as never, params, options ?? ({} as never));
  }
}

wraps('SAM', SAM);
