import { OptionError } from '../errors.js';
import { noisySgdKernels } from '../kernels.generated.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Tensors } from '../pass.js';
import { nonNegative, wholeFromZero } from '../ranges.js';
import type { Rule } from '../rule.js';
import { fillNormal } from '../sampling/normals.js';
import { Random } from '../sampling/random.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `NoisySGD` takes; each number may be a function of the step. */
export interface NoisySGDOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** The variance of the noise at the first step, >= 0; at 0 none is drawn. Default 0.01. */
  eta?: Hyper;
  /** How fast the noise falls, >= 0: its variance at step t is eta / t^gamma. Default 0.55. */
  gamma?: Hyper;
  /** Which noise it is, an integer from 0 to 2^53 - 1: the same one again for the same number. Default 0. */
  seed?: Hyper;
  /**
   * Momentum factor, >= 0. A function of the step has a momentum buffer whatever it gives; at a step where it gives 0 the buffer is
   * neither read nor changed. Default 0.
   */
  momentum?: Hyper;
  /** Nesterov momentum, reformulated so that the gradient is taken where the parameters are. Default false. */
  nesterov?: boolean;
  /** Weight decay, >= 0: added to the gradient (L2). Default 0. */
  weightDecay?: Hyper;
}

/**
 * How many tensors with elements stand before one. Those that have none take no part in the count, and places must be asked for in
 * ascending order.
 */
function placesIn(tensors: Tensors): (tensor: number) => number {
  let [next, place] = [0, 0];
  return tensor => {
    for (; next < tensor; next++) if (tensors.length(next) > 0) place++;
    return place;
  };
}

/** The noise of a step, of a tensor: it goes by nothing but these numbers. */
function noiseOf(seed: number, place: number, t: number): Random {
  const tensors = new Random(seed, place);
  return new Random(tensors.next() * 2 ** 21 + (tensors.next() >>> 11), t);
}

/** The rule of `NoisySGD`. */
export const noisySgd: Rule<NoisySGDOptions> = {
  name: 'noisy-sgd',
  kernels: noisySgdKernels,
  slotAccess,
  label: 'NoisySGD',
  options: {
    lr: hyper(1e-3, nonNegative),
    eta: hyper(0.01, nonNegative),
    gamma: hyper(0.55, nonNegative),
    seed: hyper(0, wholeFromZero),
    momentum: hyper(0, nonNegative),
    nesterov: flag(false),
    weightDecay: hyper(0, nonNegative),
  },
  flags({ nesterov, momentum }) {
    if (nesterov && momentum === 0)
      throw new OptionError('Expected a number > 0 for momentum with nesterov: true, got 0');
    return nesterov ? ['momentum', 'nesterov'] : momentum !== 0 ? ['momentum'] : [];
  },
  slots: [
    { name: 'momentum_buffer', when: ['momentum'], joins: 'zeros' },
    { name: 'noise', scratch: true },
  ],
  byCount: true,
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  shorter: { flags: () => [], holds: coefficients => coefficients[1] === 0 },
  *passes({ tensors }) {
    const placeOf = placesIn(tensors);
    yield {
      kernel: '',
      fill: {
        slot: 'noise',
        numbers({ tensor, t, options: { eta, seed } }) {
          const place = placeOf(tensor);
          if (eta === 0) return values => values.fill(0);
          const random = noiseOf(seed, place, t);
          return values => fillNormal(random, values);
        },
      },
      numbers: ({ options: { lr, momentum, eta, gamma }, t }) => [
        lr,
        momentum,
        Math.sqrt(eta / realPower(t, gamma)),
      ],
    };
    return undefined;
  },
};

/**
 * Stochastic gradient descent with Gaussian noise, which falls with the steps, added to the gradient: it gets away from saddles and from
 * poor starting points.
 *
 *     g = g + N(0, eta / t^gamma)        b = momentum b + g        p = p - lr b, or p - lr (g + momentum b)
 *
 * Neelakantan et al. 2015, whose t begins at 0: eta / (1 + t)^gamma, eta of 0.01, 0.3 or 1. Defaults and schedule of `optax.noisy_sgd`,
 * whose lr has no default and which has neither momentum nor decay; those are PyTorch's. The noise is added after scaling, clipping and
 * weight decay.
 *
 * The noise is the same on every machine and backend, and in `step` and `stepAsync`: it goes by the seed, by how many tensors with elements
 * stand before a tensor, and by the steps that the tensor has taken. So a checkpoint goes on with the same noise, and to keep the order of
 * tensors, groups included, is to keep their noise. It is drawn in JavaScript, on the thread that calls, `stepAsync` too, into an array
 * more for each tensor: that takes a dozen nanoseconds an element, of which all else in a step takes one or less. Where `eta` is 0 no
 * number is drawn.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class NoisySGD<const P extends ParamsLike<P> = Params> extends Optimizer<NoisySGDOptions, P> {
  constructor(params: P, options: NoisySGDOptions & Settings<P> = {}) {
    super(noisySgd, params, options);
  }
}
