import type { Schedule } from '../types.js';
import { between, cosineBetween } from './between.js';
import { checkChoice, checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { epochOf } from './step-number.js';

/** The options of `swaLR`. */
export interface SwaLROptions {
  /** The learning rate of the first step, which the steps before came to: 0 or more. */
  readonly lr: number;
  /** The learning rate that it comes to and stays at, above `lr` or below it: 0 or more. */
  readonly swaLr: number;
  /** After how many steps it is there, an integer of 0 or more; 0 is `swaLr` from the start. Default 10. */
  readonly annealEpochs?: number;
  /** Whether the way there is half a cosine wave or a straight line. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
}

/**
 * From `lr` at step 1 to `swaLr`, which is held from step `annealEpochs + 1` on: for the steps whose parameters a
 * `StochasticWeightAverage` takes the mean of. Behind another schedule:
 * `sequence([{ schedule: cosine({ lr: 0.1, tMax: 300 }), steps: 160 }, { schedule: swaLR({ lr: 0.05, swaLr: 0.05 }) }])`.
 *
 * PyTorch: `torch.optim.swa_utils.SWALR`, which begins at whatever the learning rate is then. Paper: Izmailov et al.,
 * "Averaging Weights Leads to Wider Optima and Better Generalization", 2018.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedule throws it for a step that is not
 * an integer of 1 or more.
 */
export function swaLR(options: SwaLROptions): Schedule {
  checkKeys('swaLR', options, ['lr', 'swaLr', 'annealEpochs', 'annealStrategy']);
  const { lr, swaLr, annealEpochs = 10, annealStrategy = 'cos' } = options;
  checkNumber('lr', lr, ZERO_OR_MORE);
  checkNumber('swaLr', swaLr, ZERO_OR_MORE);
  checkInteger('annealEpochs', annealEpochs, 0);
  checkChoice('annealStrategy', annealStrategy, ['cos', 'linear']);
  const way = annealStrategy === 'cos' ? cosineBetween : between;
  return t => {
    const epoch = epochOf(t);
    return epoch < annealEpochs ? way(lr, swaLr, epoch / annealEpochs) : swaLr;
  };
}
