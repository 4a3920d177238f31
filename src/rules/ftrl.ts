import { ftrlKernels } from '../kernels.generated.js';
import { binaryPower } from '../numerics/binary-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { minusOneToZero, nonNegative, positive } from '../ranges.js';
import { placed, type Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Ftrl` takes; each number may be a function of the step. */
export interface FtrlOptions extends StepOptions {
  /** Learning rate, > 0, since it is divided by. Default 1e-3. */
  lr?: Hyper;
  /**
   * The power of the sum of squares that the rate of an element falls with, in [-1, 0]; at 0 it does not fall. -0.5 is a root;
   * all other powers are made of 48 roots for each element, and take many times as long. Default -0.5.
   */
  learningRatePower?: Hyper;
  /** What the sum of squares starts from, >= 0; at 0 an element without any gradient becomes NaN, unless l2 or beta is above 0. Default 0.1. */
  initialAccumulatorValue?: number;
  /** L1 regularization, >= 0: parameters whose sum of gradients is no larger become 0. Default 0. */
  l1RegularizationStrength?: Hyper;
  /** L2 regularization, >= 0. Default 0. */
  l2RegularizationStrength?: Hyper;
  /** L2 regularization by the gradient, >= 0, to which it adds twice that times the parameter, and not to its square. Default 0. */
  l2ShrinkageRegularizationStrength?: Hyper;
  /** Added to the root of the sum of squares, >= 0: the paper's beta. Default 0. */
  beta?: Hyper;
}

/** The rule of `Ftrl`. */
export const ftrl: Rule<FtrlOptions> = {
  name: 'ftrl',
  kernels: ftrlKernels,
  label: 'Ftrl',
  unswitched: placed,
  options: {
    lr: hyper(1e-3, positive),
    learningRatePower: hyper(-0.5, minusOneToZero),
    initialAccumulatorValue: hyper(0.1, nonNegative),
    l1RegularizationStrength: hyper(0, nonNegative),
    l2RegularizationStrength: hyper(0, nonNegative),
    l2ShrinkageRegularizationStrength: hyper(0, nonNegative),
    beta: hyper(0, nonNegative),
  },
  flags: () => ['power'],
  ownWay: true,
  slots: [{ name: 'accumulator', initial: o => o.initialAccumulatorValue }, { name: 'linear' }],
  early: true,
  firstOnly: ['initialAccumulatorValue'],
  // The same bits: of the digits of 1/2 there is one, and it takes one root.
  shorter: { flags: () => [], holds: ([, , , , , , digits, rest]) => digits === 0.5 && rest === 0 },
  coefficients(o) {
    return [
      1 / o.lr,
      2 * o.l2ShrinkageRegularizationStrength,
      2 * o.l2RegularizationStrength + o.beta / o.lr,
      o.l1RegularizationStrength,
      1,
      ...binaryPower(-o.learningRatePower),
    ];
  },
};

/**
 * FTRL-Proximal (follow the regularized leader): online learning of sparse linear models. The parameter follows from two sums
 * over all gradients, and is exactly 0 where the first is within the L1 regularization.
 *
 *     n' = n + g²        z = z + g + 2 shrinkage p - (n'^-power - n^-power) / lr · p
 *     p = (clip(z, -l1, l1) - z) / (n'^-power / lr + 2 l2 + beta / lr)        n = n'
 *
 * The first step takes a parameter whose gradient is 0 to 0, wherever it was: begin with zeros. McMahan et al. 2013; names, defaults
 * and numbers of Keras' `Ftrl` (tf.keras has the same; its `learning_rate` is `lr`), which takes powers below -1, too. There
 * `accumulator` is n and `linear` z. Powers other than -0.5 are computed in + - * / and √ alone, so that they have the same bits
 * everywhere; in double they are within 40 units in the last place.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Ftrl<const P extends ParamsLike<P> = Params> extends Optimizer<FtrlOptions, P> {
  constructor(params: P, options: FtrlOptions & Settings<P> = {}) {
    super(ftrl, params, options);
  }
}
