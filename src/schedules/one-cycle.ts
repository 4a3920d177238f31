import { OptionError, show } from '../errors.js';
import type { Schedule } from '../types.js';
import { between, cosineBetween } from './between.js';
import {
  ABOVE_ZERO,
  BELOW_ONE,
  checkChoice,
  checkFlag,
  checkInteger,
  checkKeys,
  checkNumber,
  ZERO_OR_MORE,
  ZERO_TO_ONE,
} from './checks.js';
import type { LrAndMomentum } from './cyclic.js';
import { epochOf } from './step-number.js';

/** The options of `oneCycle`. */
export interface OneCycleOptions {
  /** The highest learning rate: 0 or more. */
  readonly maxLr: number;
  /** The length of the whole cycle in steps: an integer of 1 or more. */
  readonly totalSteps: number;
  /** The share of the cycle that goes up, in [0, 1], and with `threePhase` in [0, 0.5]. Default 0.3. */
  readonly pctStart?: number;
  /** Half cosine waves or straight lines. Default `'cos'`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** The cycle begins at `maxLr / divFactor`: above 0. Default 25. */
  readonly divFactor?: number;
  /** The cycle ends at `maxLr / divFactor / finalDivFactor`: above 0. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Whether the way down first takes as long as the way up, to where that began, then the rest. Default false. */
  readonly threePhase?: boolean;
  /** The momentum where the learning rate is highest, in [0, 1). Default 0.85. */
  readonly baseMomentum?: number;
  /** The momentum at both ends of the cycle, in [0, 1). Default 0.95. */
  readonly maxMomentum?: number;
}

/**
 * One rise from `maxLr / divFactor` to `maxLr` and one fall to `maxLr / divFactor / finalDivFactor`, with the momentum
 * moving against it.
 *
 * The last value is held after `totalSteps`, as by `linear` and `polynomial`; PyTorch throws there.
 *
 * PyTorch: `torch.optim.lr_scheduler.OneCycleLR`; `epochs * steps_per_epoch` is left to the caller, and
 * `cycle_momentum` chooses there whether the momentum moves, where here one takes `momentum` or leaves it. Paper:
 * Smith & Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2018, which
 * has three phases; fast.ai made two of them the default.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedules throw it for a step that is not an
 * integer of 1 or more.
 */
export function oneCycle(options: OneCycleOptions): LrAndMomentum {
  checkKeys('oneCycle', options, [
    'maxLr',
    'totalSteps',
    'pctStart',
    'annealStrategy',
    'divFactor',
    'finalDivFactor',
    'threePhase',
    'baseMomentum',
    'maxMomentum',
  ]);
  const { maxLr, totalSteps, pctStart = 0.3, annealStrategy = 'cos', threePhase = false } = options;
  const { divFactor = 25, finalDivFactor = 1e4, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  checkNumber('maxLr', maxLr, ZERO_OR_MORE);
  checkInteger('totalSteps', totalSteps, 1);
  checkNumber('pctStart', pctStart, ZERO_TO_ONE);
  checkChoice('annealStrategy', annealStrategy, ['cos', 'linear']);
  checkNumber('divFactor', divFactor, ABOVE_ZERO);
  checkNumber('finalDivFactor', finalDivFactor, ABOVE_ZERO);
  checkFlag('threePhase', threePhase);
  checkNumber('baseMomentum', baseMomentum, BELOW_ONE);
  checkNumber('maxMomentum', maxMomentum, BELOW_ONE);
  if (threePhase && pctStart > 0.5) {
    throw new OptionError(
      `Expected a number in [0, 0.5] for pctStart with threePhase, which uses it twice, got ${show(pctStart)}`,
    );
  }
  const startLr = maxLr / divFactor;
  const endLr = startLr / finalDivFactor;
  if (!Number.isFinite(startLr) || !Number.isFinite(endLr)) {
    throw new OptionError(
      `Expected divFactor and finalDivFactor that keep maxLr finite, got ${show(divFactor)} and ${show(finalDivFactor)}`,
    );
  }
  const anneal = annealStrategy === 'cos' ? cosineBetween : between;
  // PyTorch's bounds, in epochs; they need not be integers, and the first two may lie before the first step.
  const top = pctStart * totalSteps - 1;
  const foot = threePhase ? 2 * pctStart * totalSteps - 2 : totalSteps - 1;
  const last = totalSteps - 1;
  const along = (start: number, high: number, low: number, end: number): Schedule => {
    return t => {
      const epoch = Math.min(epochOf(t), last);
      if (epoch <= top) return anneal(start, high, shareOf(0, top, epoch));
      if (epoch <= foot) return anneal(high, low, shareOf(top, foot, epoch));
      return anneal(low, end, shareOf(foot, last, epoch));
    };
  };
  return {
    lr: along(startLr, maxLr, threePhase ? startLr : endLr, endLr),
    momentum: along(maxMomentum, baseMomentum, maxMomentum, maxMomentum),
  };
}

/** How far `at` is on the way from `from` to `to`; the end of a way that has no length. PyTorch divides by 0 there. */
function shareOf(from: number, to: number, at: number): number {
  return to > from ? (at - from) / (to - from) : 1;
}
