import { OptionError } from '../errors.js';
import { averageKernels } from '../kernels.generated.js';
import { flag, hyper } from '../option-table.js';
import { belowOne, zeroToOne } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { Hyper } from '../types.js';

/** What `MovingAverage` takes. */
export interface MovingAverageOptions {
  /**
   * What is kept of the average at each update, in [0, 1], and with biasCorrection below 1; may be a function of the update, from 1.
   * Default 0.999.
   */
  decay?: Hyper;
  /** Start from zero and divide by 1 - decay^t, as Adam does with its moments. Default false. */
  biasCorrection?: boolean;
  /**
   * What the average starts from. `first` (default): the first update copies the parameters, as in PyTorch and Keras. `params`: the
   * parameters at construction, as TensorFlow's. A finite number: that number in all elements. With start 0, decay 0.9 and updates 1,
   * 2, 3 the averages are 1, 1.1, 1.29 with `first`, and 0.1, 0.29, 0.561 with `params`. With biasCorrection it starts from zero, and
   * this must not be given.
   */
  initial?: 'first' | 'params' | number;
}

/** What its rule takes. */
export type AverageOptions = Omit<MovingAverageOptions, 'initial'>;

/** The rule of `MovingAverage`: its parameter is the average, its gradient is what is averaged. */
export const average: Rule<AverageOptions> = {
  name: 'average',
  kernels: averageKernels,
  label: 'MovingAverage',
  ownOptionsOnly: true,
  options: {
    decay: hyper(0.999, zeroToOne),
    biasCorrection: flag(false),
  },
  check({ decay, biasCorrection }) {
    if (biasCorrection && decay === 1)
      throw new OptionError(`Expected ${belowOne.text} for decay with biasCorrection: true, got 1`);
  },
  flags: ({ biasCorrection }) => (biasCorrection ? ['corrected'] : []),
  slots: [{ name: 'average', when: ['corrected'] }],
  // The product of all decays is what is still left of the zero that the average started from.
  scalars: ({ biasCorrection }) => (biasCorrection ? { decay_product: 1 } : ({} as Record<string, number>)),
  advance: ({ decay }, _, { decay_product }) =>
    decay_product === undefined ? {} : { decay_product: decay_product * decay },
  coefficients: ({ decay }, _, { decay_product = 0 }) => [decay, 1 - decay, 1 - decay_product * decay],
};

/** The same where the first update copies: nothing is kept of what was there, and -0 is what changes nothing that is added to it. */
export const copyingFirst: Rule<AverageOptions> = {
  ...average,
  initialParameter: -0,
  coefficients: (options, t, before, least) =>
    t === 1 ? [0, 1, 1] : average.coefficients!(options, t, before, least),
};

/** The rule of `StochasticWeightAverage`: every update counts as much as any other. */
export const equalWeights: Rule<object> = {
  name: 'average',
  kernels: averageKernels,
  label: 'StochasticWeightAverage',
  title: 'stochastic-weight-average',
  ownOptionsOnly: true,
  options: {},
  slots: [],
  initialParameter: -0,
  coefficients: (_, t) => [(t - 1) / t, 1 / t, 1],
};
