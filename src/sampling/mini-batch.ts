import { checkFlag, checkInteger, checkKeys } from '../schedules/checks.js';
import { Sampler } from './sampler.js';

/** Indices are 32 bits wide. */
export const MOST_EXAMPLES = 4294967296;

/** The options of `miniBatch`. */
export interface MiniBatchOptions {
  /** How many examples there are: an integer from 1 to 2^32. */
  readonly size: number;
  /** How many of them are in a batch: an integer from 1 to `size`. */
  readonly batchSize: number;
  /** Which shuffled orders: an integer from 0 to 2^53 - 1. Default 0, so that a run without it can be repeated too. */
  readonly seed?: number;
  /** Whether every epoch has an order of its own, or all have that of the numbers. Default true. */
  readonly shuffle?: boolean;
  /** Whether an epoch leaves out its last batch when that is not full. Default false. */
  readonly dropLast?: boolean;
}

/**
 * Mini-batch gradient descent: every example once per epoch, in batches of `batchSize`. What does not fill a batch is
 * the last, shorter batch of the epoch, or is left out of it (`dropLast`); other examples are left out of the next.
 *
 * PyTorch: `torch.utils.data.DataLoader`, whose `shuffle` is off unless asked for, and which draws every order from one
 * generator, so that an epoch cannot be repeated without the ones before. There a `batch_size` above the number of
 * examples is allowed, and gives no batch at all with `drop_last`; here it is an error.
 *
 * @throws OptionError when an option is unknown or out of its range.
 */
export function miniBatch(options: MiniBatchOptions): Sampler {
  checkKeys('miniBatch', options, ['size', 'batchSize', 'seed', 'shuffle', 'dropLast']);
  const { size, batchSize, seed = 0, shuffle = true, dropLast = false } = options;
  checkInteger('size', size, 1, MOST_EXAMPLES);
  checkInteger('batchSize', batchSize, 1, size);
  checkInteger('seed', seed, 0);
  checkFlag('shuffle', shuffle);
  checkFlag('dropLast', dropLast);
  return new Sampler({ size, batchSize, order: shuffle ? 'shuffled' : 'sequential', seed, dropLast });
}
