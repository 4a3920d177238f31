import type { Schedule } from '../types.js';
import { between } from './between.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE, ZERO_TO_ONE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `linear`. */
export interface LinearOptions {
  /** The learning rate that both factors multiply: 0 or more. */
  readonly lr: number;
  /** The factor at the first step, in [0, 1]. Default 1/3. */
  readonly startFactor?: number;
  /** The factor from step `totalIters + 1` on, in [0, 1]. Default 1. */
  readonly endFactor?: number;
  /** How many steps the way takes, an integer of 0 or more; 0 is `endFactor` from the start. Default 5. */
  readonly totalIters?: number;
}

/**
 * From `lr * startFactor` in a straight line to `lr * endFactor`, which is held from step `totalIters + 1` on.
 *
 * PyTorch: `torch.optim.lr_scheduler.LinearLR`, which refuses a `startFactor` of 0 because it divides by it; here it
 * is a first step of size 0. Without steps (`total_iters=0`) PyTorch keeps `startFactor` for ever.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function linear(options: LinearOptions): Schedule {
  checkKeys('linear', options, ['lr', 'startFactor', 'endFactor', 'totalIters']);
  const { lr, startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkNumber('startFactor', startFactor, ZERO_TO_ONE);
  checkNumber('endFactor', endFactor, ZERO_TO_ONE);
  checkInteger('totalIters', totalIters, 0);
  return t => {
    const epoch = epochOf(t);
    return lr * (epoch < totalIters ? between(startFactor, endFactor, epoch / totalIters) : endFactor);
  };
}
