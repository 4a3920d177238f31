import type { Schedule } from '../types.js';
import { cosineBetween } from './between.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `cosine`. */
export interface CosineOptions {
  /** The learning rate of the first step: 0 or more. */
  readonly lr: number;
  /** After how many steps it has come down to `etaMin`: an integer of 1 or more. */
  readonly tMax: number;
  /** The lowest learning rate: 0 or more. Default 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine wave from `lr` at step 1 to `etaMin` at step `tMax + 1`:
 * `etaMin + (lr - etaMin) * (1 + cos(pi * (t - 1) / tMax)) / 2`.
 *
 * Past `tMax` it comes up again, with a period of `2 * tMax`, as PyTorch's does; optax (`cosine_decay_schedule`) and
 * Keras (`CosineDecay`) stay at the lowest. To stay there, end it: `sequence([{ schedule: cosine({ lr, tMax, etaMin }),
 * steps: tMax }, { schedule: etaMin }])`.
 *
 * PyTorch: `torch.optim.lr_scheduler.CosineAnnealingLR`. Paper: Loshchilov & Hutter, "SGDR: Stochastic Gradient
 * Descent with Warm Restarts", 2017, without the restarts.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function cosine(options: CosineOptions): Schedule {
  checkKeys('cosine', options, ['lr', 'tMax', 'etaMin']);
  const { lr, tMax, etaMin = 0 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkInteger('tMax', tMax, 1);
  checkNumber('etaMin', etaMin, ZERO_OR_MORE);
  return t => {
    // Folded as integers, which is exact, so a wave is the same in every period.
    const epoch = epochOf(t) % (2 * tMax);
    return cosineBetween(lr, etaMin, (epoch <= tMax ? epoch : 2 * tMax - epoch) / tMax);
  };
}
