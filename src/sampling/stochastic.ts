import { checkFlag, checkInteger, checkKeys } from '../schedules/checks.js';
import { MOST_EXAMPLES } from './mini-batch.js';
import { Sampler } from './sampler.js';

/** The options of `stochastic`. */
export interface StochasticOptions {
  /** How many examples there are: an integer from 1 to 2^32. */
  readonly size: number;
  /** Which random orders: an integer from 0 to 2^53 - 1. Default 0, so that a run without it can be repeated too. */
  readonly seed?: number;
  /**
   * Whether every example is drawn from all of them, as the theory of stochastic gradient descent has it, or an epoch
   * has each once, in a shuffled order, which usually converges faster. Default false.
   */
  readonly replacement?: boolean;
}

/**
 * Stochastic gradient descent: one example at a time, `size` of them per epoch.
 *
 * PyTorch: `torch.utils.data.RandomSampler`, with `replacement`.
 *
 * @throws OptionError when an option is unknown or out of its range.
 */
export function stochastic(options: StochasticOptions): Sampler {
  checkKeys('stochastic', options, ['size', 'seed', 'replacement']);
  const { size, seed = 0, replacement = false } = options;
  checkInteger('size', size, 1, MOST_EXAMPLES);
  checkInteger('seed', seed, 0);
  checkFlag('replacement', replacement);
  return new Sampler({
    size,
    batchSize: 1,
    order: replacement ? 'replacement' : 'shuffled',
    seed,
    dropLast: false,
  });
}
