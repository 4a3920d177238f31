import type { Schedule } from '../types.js';
import { cosineBetween } from './between.js';
import { checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { fractionalEpochOf } from './step-number.js';

/** The options of `cosineWarmRestarts`. */
export interface CosineWarmRestartsOptions {
  /** The learning rate at the first step and after every restart: 0 or more. */
  readonly lr: number;
  /** How many steps the first run takes: an integer of 1 or more. */
  readonly t0: number;
  /** How many times longer every run is than the one before: an integer of 1 or more. Default 1. */
  readonly tMult?: number;
  /** The learning rate that every run heads for, and is restarted just before reaching: 0 or more. Default 0. */
  readonly etaMin?: number;
}

/**
 * Half cosine waves from `lr` towards `etaMin`, one after the other, of `t0`, `t0 * tMult`, `t0 * tMult ** 2` ... steps.
 *
 * The step may be a fraction, as in PyTorch's `scheduler.step(epoch + i / iterations)`, so that `t0` can count epochs:
 * `lr: t => restarts(1 + (t - 1) / batchesPerEpoch)`. It is the only schedule that takes one; the others count whole steps.
 *
 * PyTorch: `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`, which finds the run by a logarithm and so may
 * restart a step early or late; here runs are counted in integers. Paper: Loshchilov & Hutter, "SGDR: Stochastic
 * Gradient Descent with Warm Restarts", 2017.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * a number of 1 or more.
 */
export function cosineWarmRestarts(options: CosineWarmRestartsOptions): Schedule {
  checkKeys('cosineWarmRestarts', options, ['lr', 't0', 'tMult', 'etaMin']);
  const { lr, t0, tMult = 1, etaMin = 0 } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkInteger('t0', t0, 1);
  checkInteger('tMult', tMult, 1);
  checkNumber('etaMin', etaMin, ZERO_OR_MORE);
  return t => {
    let epoch = fractionalEpochOf(t);
    let length = t0;
    if (tMult === 1) {
      epoch %= t0;
    } else {
      // At most 53 turns, since every run is at least twice as long as the one before.
      while (epoch >= length) {
        epoch -= length;
        length *= tMult;
      }
    }
    return cosineBetween(lr, etaMin, epoch / length);
  };
}
