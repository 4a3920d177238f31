import { OptionError, show } from '../errors.js';
import type { Hyper, Schedule } from '../types.js';
import { checkInteger, checkKeys } from './checks.js';
import { finiteFrom, scheduleFrom } from './given.js';
import { remembering } from './memory.js';
import { epochOf } from './step-number.js';

/** One piece of `sequence`. */
export interface SequencePiece {
  /** The schedule of this piece, which counts its own steps from 1; or a number. */
  readonly schedule: Hyper;
  /** How many steps the piece takes: an integer of 0 or more. The last piece has none: it goes on for ever. */
  readonly steps?: number;
}

/**
 * Schedules one after the other.
 *
 * PyTorch: `torch.optim.lr_scheduler.SequentialLR`, whose `milestones` are the sums of `steps`.
 *
 * @throws OptionError when there is no piece, when a piece but the last has no `steps` or the last has, or when an
 * option is unknown or of the wrong type; the schedule throws it for a step that is not an integer of 1 or more, and
 * when a piece returns no finite number.
 */
export function sequence(pieces: readonly SequencePiece[]): Schedule {
  if (!Array.isArray(pieces) || pieces.length === 0) {
    throw new OptionError(`Expected an array of one piece or more for sequence, got ${show(pieces)}`);
  }
  const last = pieces.length - 1;
  const schedules: Schedule[] = [];
  // How many steps lie before each piece.
  const starts: number[] = [0];
  // A copy has no holes, which would be passed over.
  Array.from(pieces).forEach((piece: SequencePiece, i) => {
    checkKeys(`pieces[${i}] of sequence`, piece, ['schedule', 'steps']);
    const { schedule, steps } = piece;
    schedules.push(scheduleFrom(`pieces[${i}].schedule`, schedule));
    if (i < last) {
      checkInteger(`pieces[${i}].steps`, steps, 0);
      starts.push(starts[i]! + steps!);
    } else if (steps !== undefined) {
      throw new OptionError(
        `Expected no steps for pieces[${i}], the last one, which goes on for ever, got ${show(steps)}`,
      );
    }
  });
  return remembering(schedules, t => {
    const epoch = epochOf(t);
    let i = last;
    while (epoch < starts[i]!) i--;
    return finiteFrom('the schedule of a piece', t, schedules[i]!(t - starts[i]!));
  });
}
