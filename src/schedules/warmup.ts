import type { Hyper, Schedule } from '../types.js';
import { between } from './between.js';
import { checkInteger, checkKeys, checkNumber, ZERO_TO_ONE } from './checks.js';
import { finiteFrom, scheduleFrom } from './given.js';
import { remembering } from './memory.js';
import { epochOf } from './step-number.js';

/** The options of `warmup`. */
export interface WarmupOptions {
  /** How many steps the warm-up takes: an integer of 0 or more. */
  readonly steps: number;
  /** What the learning rate is multiplied by at the first step, in [0, 1]. Default 1/3. */
  readonly startFactor?: number;
  /** What follows, which counts its own steps from 1; or a number. (`then` would make the options a thenable.) */
  readonly schedule: Hyper;
}

/**
 * `steps` steps in a straight line from `startFactor` times the first value of `schedule`, then `schedule` from its own first step:
 * `warmup({ steps: 100, startFactor: 0.01, schedule: cosine({ lr: 1e-3, tMax: 900 }) })`.
 *
 * PyTorch: `SequentialLR` of a `LinearLR` with `total_iters` of `steps` and of `schedule`, with a milestone at `steps`. The
 * first step has `startFactor` and step `steps + 1` the full rate; libraries that count up to the full rate at step
 * `steps` are one step ahead.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more, and when `schedule` returns no finite number.
 */
export function warmup(options: WarmupOptions): Schedule {
  checkKeys('warmup', options, ['steps', 'startFactor', 'schedule']);
  const { steps, startFactor = 1 / 3 } = options;
  checkInteger('steps', steps, 0);
  checkNumber('startFactor', startFactor, ZERO_TO_ONE);
  const schedule = scheduleFrom('schedule', options.schedule);
  return remembering([schedule], t => {
    const epoch = epochOf(t);
    if (epoch >= steps) return finiteFrom('schedule', t, schedule(t - steps));
    return finiteFrom('schedule', t, schedule(1)) * between(startFactor, 1, epoch / steps);
  });
}
