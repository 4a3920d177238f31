import type { Schedule } from '../types.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE, ZERO_TO_ONE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `constant`. */
export interface ConstantOptions {
  /** The learning rate after the first `totalIters` steps: 0 or more. */
  readonly lr: number;
  /** What `lr` is multiplied by until then, in [0, 1]. Default 1/3. */
  readonly factor?: number;
  /** For how many steps, an integer of 0 or more. Default 5. */
  readonly totalIters?: number;
}

/**
 * `lr * factor` for the first `totalIters` steps, `lr` from then on: a warm-up in one stair.
 *
 * For a learning rate that never changes give the number itself, not a schedule.
 *
 * PyTorch: `torch.optim.lr_scheduler.ConstantLR`, which without steps (`total_iters=0`) keeps `lr * factor` for ever; here that is `lr`.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function constant(options: ConstantOptions): Schedule {
  checkKeys('constant', options, ['lr', 'factor', 'totalIters']);
  const { lr, factor = 1 / 3, totalIters = 5 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkNumber('factor', factor, ZERO_TO_ONE);
  checkInteger('totalIters', totalIters, 0);
  return t => (epochOf(t) < totalIters ? lr * factor : lr);
}
