import { fromageKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, optional } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Fromage` takes; each number may be a function of the step. */
export interface FromageOptions extends StepOptions {
  /** Learning rate, >= 0: how far a tensor turns in a step. Default 1e-2. */
  lr?: Hyper;
  /** The largest norm of a tensor, as a multiple of that which it had at first, > 0. Default null: none. */
  pBound?: Hyper | null;
}

/** The rule of `Fromage`. */
export const fromage: Rule<FromageOptions> = {
  name: 'fromage',
  kernels: fromageKernels,
  label: 'Fromage',
  options: {
    lr: hyper(1e-2, nonNegative),
    pBound: optional(positiveOrNull),
  },
  slots: [],
  clock: 'own',
  scalars: () => ({ initial_norm: 0 }),
  *passes() {
    const sums = yield { kernel: 'norms', sums: ['weight', 'gradient', 'product'] };
    const initial = new Map<number, number>();
    yield {
      kernel: '',
      numbers({ options: { lr, pBound }, t, scalars, tensor }) {
        const [weight, gradient] = [sums.of(tensor, 'weight'), sums.of(tensor, 'gradient')];
        const norm = Math.sqrt(weight);
        const first = t === 1 ? norm : scalars.initial_norm!;
        initial.set(tensor, first);
        const step = weight > 0 && gradient > 0 ? (lr * norm) / Math.sqrt(gradient) : lr;
        const keep = 1 / Math.sqrt(1 + lr * lr);
        if (pBound === null) return [step, keep];
        // What ‖p - step g‖² is, rounded where it is next to nothing.
        const square = Math.max(0, weight - 2 * step * sums.of(tensor, 'product') + step * step * gradient);
        const next = Math.sqrt(square) * keep;
        return [step, next > pBound * first ? keep * ((pBound * first) / next) : keep];
      },
    };
    return { scalars: ({ tensor }) => ({ initial_norm: initial.get(tensor)! }) };
  },
};

/**
 * Fromage: each tensor takes a step along its gradient that is lr times as long as the tensor, so that all layers turn by the same
 * angle; the scaling after it keeps them from growing.
 *
 *     p = (p - lr ‖p‖ / ‖g‖ g) / √(1 + lr²)
 *
 * and lr g where a norm is 0. With `pBound` a tensor whose norm is above pBound times its first one is scaled down to that; one that
 * begins with zeros stays there then. Bernstein et al. 2020, as in the authors' code. The norms are added up in double; that of the new
 * tensor is computed out of those of the old one and of the gradient, and their product. A state dict has the first norm as the number
 * `initial_norm`.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Fromage<const P extends ParamsLike<P> = Params> extends Optimizer<FromageOptions, P> {
  constructor(params: P, options: FromageOptions & Settings<P> = {}) {
    super(fromage, params, options);
  }
}
