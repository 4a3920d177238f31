import { checkInteger, checkKeys } from '../schedules/checks.js';
import { MOST_EXAMPLES } from './mini-batch.js';
import { Sampler } from './sampler.js';

/** The options of `batch`. */
export interface BatchOptions {
  /** How many examples there are: an integer from 1 to 2^32. */
  readonly size: number;
}

/**
 * Batch gradient descent: one batch per epoch, of all examples in the order of their numbers.
 *
 * @throws OptionError when an option is unknown or out of its range.
 */
export function batch(options: BatchOptions): Sampler {
  checkKeys('batch', options, ['size']);
  const { size } = options;
  checkInteger('size', size, 1, MOST_EXAMPLES);
  return new Sampler({ size, batchSize: size, order: 'sequential', seed: 0, dropLast: false });
}
