import { Optimizer, type Settings } from '../optimizer.js';
import type { Params, ParamsLike } from '../params.js';
import type { Scalars } from '../pass.js';
import type { Rule } from '../rule.js';
import { type DoGOptions, dog, sizes, travelled, untravelled } from './dog.js';

/** What `LDoG` takes; each number but `initStep` may be a function of the step. */
export interface LDoGOptions extends DoGOptions {
  /** What each tensor begins with, as `initBy` says, > 0; refused once there is state. Default 1e-6. */
  initStep?: number;
}

const { model: _, ...shared } = dog;

/** The rule of `LDoG`: DoG's, by tensors. */
export const ldog: Rule<LDoGOptions> = {
  ...shared,
  label: 'LDoG',
  title: 'ldog',
  clock: 'own',
  scalars: () => untravelled,
  *passes() {
    const sums = yield sizes;
    const kept = new Map<number, Scalars>();
    yield {
      kernel: '',
      numbers({ options, scalars, tensor }) {
        const after = travelled(options, scalars, {
          distance: sums.of(tensor, 'distance'),
          gradient: sums.of(tensor, 'gradient'),
          weight: sums.of(tensor, 'weight'),
        });
        kept.set(tensor, after.kept);
        return [options.lr * after.rate];
      },
    };
    return { scalars: ({ tensor }) => kept.get(tensor)! };
  },
};

/**
 * LDoG: `DoG` by layers. Each tensor has a distance and a sum of squared gradients of its own, and so its own learning rate; options as
 * in `DoG`.
 *
 *     r = max(r, ‖p - p0‖)        S = S + ‖g‖²        p = p - lr r / √(S + eps) g
 *
 * Ivgi et al. 2023, as in the authors' code. A state dict has r and S of a tensor as the numbers `max_dist` and `sum_sq_norm_grads`.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class LDoG<const P extends ParamsLike<P> = Params> extends Optimizer<LDoGOptions, P> {
  constructor(params: P, options: LDoGOptions & Settings<P> = {}) {
    super(ldog, params, options);
  }
}
