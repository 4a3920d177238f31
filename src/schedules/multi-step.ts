import { OptionError, show } from '../errors.js';
import { power } from '../numerics/precise-power.js';
import type { Schedule } from '../types.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `multiStep`. */
export interface MultiStepOptions {
  /** The learning rate up to the first milestone: 0 or more. */
  readonly lr: number;
  /**
   * After how many steps the learning rate is multiplied by `gamma`: integers of 0 or more, in any order. 0 changes the
   * first step; one that is given twice multiplies twice. They are copied.
   */
  readonly milestones: readonly number[];
  /** What it is multiplied by: 0 or more. Default 0.1. */
  readonly gamma?: number;
}

/**
 * `lr * gamma ** n`, n being how many milestones are at most `t - 1`: stairs of any length. A milestone of 10 leaves
 * steps 1 to 10 as they are and changes step 11.
 *
 * PyTorch: `torch.optim.lr_scheduler.MultiStepLR`.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function multiStep(options: MultiStepOptions): Schedule {
  checkKeys('multiStep', options, ['lr', 'milestones', 'gamma']);
  const { lr, milestones, gamma = 0.1 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  if (!Array.isArray(milestones)) {
    throw new OptionError(`Expected an array of integers for milestones, got ${show(milestones)}`);
  }
  // A copy has no holes, which would be passed over.
  const copy = Array.from(milestones);
  copy.forEach((milestone, i) => {
    checkInteger(`milestones[${i}]`, milestone, 0);
  });
  checkNumber('gamma', gamma, ZERO_OR_MORE);
  const ends = Float64Array.from(copy).sort();
  return t => {
    const epoch = epochOf(t);
    let passed = 0;
    while (passed < ends.length && ends[passed]! <= epoch) passed++;
    return lr * power(gamma, passed);
  };
}
