import { adaiKernels } from '../kernels.generated.js';
import { binaryPower } from '../numerics/binary-power.js';
import { power } from '../numerics/powers.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, limits, nonNegative, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Adai` takes; each number may be a function of the step. */
export interface AdaiOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /**
   * How far the inertia of an element whose second moment is the mean is below 1, in [0, 1); and the decay rate of the average of the
   * squared gradient, in [0, 1). Default [0.1, 0.99].
   */
  betas?: Pair;
  /** The inertia is at most 1 - eps, in [0, 1); at 0 an element without any gradient becomes NaN. Default 1e-3. */
  eps?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `weightDecouple`, times lr. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdaiW does. Default false. */
  weightDecouple?: boolean;
  /**
   * The power that the gradient's part in the average is raised to, in [0, 1]. Below 1 it is AdaiV2, whose powers are made of 48 roots for
   * each element, and take many times as long. Default 1.
   */
  dampening?: Hyper;
}

/** The rule of `Adai`. */
export const adai: Rule<AdaiOptions> = {
  name: 'adai',
  kernels: adaiKernels,
  slotAccess,
  label: 'Adai',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.1, 0.99], belowOne),
    eps: hyper(1e-3, belowOne),
    weightDecay: hyper(0, nonNegative),
    weightDecouple: flag(false),
    dampening: hyper(1, zeroToOne),
  },
  flags: ({ dampening }) => (dampening === 1 ? [] : ['dampened']),
  slots: [{ name: 'exp_avg' }, { name: 'exp_avg_sq' }, { name: 'beta1_prod', initial: () => 1 }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.weightDecouple }),
  clock: 'own',
  *passes({ tensors }) {
    const rows: Row<AdaiOptions>[] = [];
    const correction = ({ options, t }: Row<AdaiOptions>): number => 1 - power(options.betas[1], t);
    const sums = yield {
      kernel: 'moments',
      sums: ['total'],
      numbers(row) {
        rows.push(row);
        return [row.options.betas[1], 1 - row.options.betas[1], 1];
      },
    };
    let [total, count] = [0, 0];
    for (const row of rows) {
      total += sums.of(row.tensor, 'total') / correction(row);
      count += tensors.length(row.tensor);
    }
    yield {
      kernel: '',
      numbers(row) {
        const { lr, betas, eps, dampening } = row.options;
        const root = 3 - 2 * dampening;
        const part = dampening === 1 ? betas[0] : betas[0] === 0 ? 0 : realPower(betas[0], root);
        // Of gradients that are all 0 no part is above another.
        const share = total === 0 ? 0 : (part * count) / (total * correction(row));
        const { most } = row.least === limits.float32.least ? limits.float32 : limits.float64;
        const rate = dampening === 1 ? lr : betas[0] === 0 ? 0 : lr * realPower(betas[0], 1 - dampening);
        return [Math.min(share, most), eps, 1, rate, ...binaryPower(1 / root), ...binaryPower(dampening)];
      },
    };
    return undefined;
  },
};

/**
 * Adai, adaptive inertia: momentum whose decay rate is another for each element: the larger its second moment beside the mean of all, the
 * less it keeps. All elements have the same learning rate.
 *
 *     v = beta2 v + (1 - beta2) g²        v^ = v / (1 - beta2^t)        V = mean of v^ over all elements of all tensors
 *     mu = clip(1 - beta0 (v^ / V)^(1 / (3 - 2 dampening)), 0, 1 - eps)        m = mu m + (1 - mu)^dampening g
 *     p = p - lr beta0^(1 - dampening) m / (1 - product of mu over the steps)
 *
 * Xie et al. 2022. With dampening 1 the numbers of the authors' code, whose option `decoupled` is `weightDecouple` here, and which has no
 * default for lr; other dampenings are the authors' AdaiV2. Names and the default of lr are
 * pytorch_optimizer's. V is the mean over the tensors that have a gradient at this step, of all groups. It is added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Adai<const P extends ParamsLike<P> = Params> extends Optimizer<AdaiOptions, P> {
  constructor(params: P, options: AdaiOptions & Settings<P> = {}) {
    super(adai, params, options);
  }
}
