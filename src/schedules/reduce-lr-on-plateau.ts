import { OptionError, StateError, show } from '../errors.js';
import { type Portrait, portrayed } from '../portrait.js';
import type { Schedule } from '../types.js';
import { BELOW_ONE, checkChoice, checkInteger, checkKeys, checkNumber, ZERO_OR_MORE } from './checks.js';
import { remember } from './memory.js';

/** The options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** The learning rate to begin with: 0 or more. */
  readonly lr: number;
  /** Whether the metric ought to fall (`'min'`, a loss) or to rise (`'max'`, an accuracy). Default `'min'`. */
  readonly mode?: 'min' | 'max';
  /** What the learning rate is multiplied by when the metric has stalled, in [0, 1). Default 0.1. */
  readonly factor?: number;
  /** How many metrics in a row may fail to improve before the next such one reduces: 0 or more. Default 10. */
  readonly patience?: number;
  /** By how much a metric must beat the best to count: 0 or more, and below 1 if relative. Default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is a share of the best metric or a difference to it. Default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** For how many metrics after a reduction none counts as a failure: 0 or more. Default 0. */
  readonly cooldown?: number;
  /** The learning rate is not reduced below this: 0 or more. Default 0. */
  readonly minLr?: number;
  /** A reduction by no more than this is left out: 0 or more. Default 1e-8. */
  readonly eps?: number;
}

/** What `ReduceLROnPlateau` remembers: plain numbers that JSON keeps exactly. */
export interface ReduceLROnPlateauState {
  readonly lr: number;
  /** The best metric so far; `null` before the first. */
  readonly best: number | null;
  readonly numBadEpochs: number;
  readonly cooldownCounter: number;
}

/**
 * A learning rate that is reduced when a metric stops improving. It is the one schedule with a memory, since it
 * depends on the training and not on the step:
 *
 *     const plateau = new ReduceLROnPlateau({ lr: 0.1, patience: 3 });
 *     const optimizer = new SGD(params, { lr: plateau.schedule });
 *     ...
 *     plateau.step(validationLoss);   // after every pass over the data
 *
 * What it remembers is in the state dict and the checkpoints of the optimizer that has its `schedule` (or a `warmup`, `sequence` or
 * `chained` with it), and comes back with them. From a state without it (PyTorch's) a new one takes the learning rate.
 *
 * PyTorch: `torch.optim.lr_scheduler.ReduceLROnPlateau`, with its arithmetic, also where it is odd: `'rel'` compares
 * with `best * (1 - threshold)`, or `best * (1 + threshold)` for `'max'`, which for a negative `best` is easier to
 * reach than `best` itself (take `'abs'` there). PyTorch takes an infinite metric of the good sign for the best of all;
 * here a metric that is not finite never improves, so that a diverged training is slowed down.
 */
export class ReduceLROnPlateau {
  readonly #options: Required<ReduceLROnPlateauOptions>;
  #lr: number;
  #best: number | null = null;
  #numBadEpochs = 0;
  #cooldownCounter = 0;

  /** @throws OptionError when an option is unknown or out of its range. */
  constructor(options: ReduceLROnPlateauOptions) {
    checkKeys('ReduceLROnPlateau', options, [
      'lr',
      'mode',
      'factor',
      'patience',
      'threshold',
      'thresholdMode',
      'cooldown',
      'minLr',
      'eps',
    ]);
    const {
      lr,
      mode = 'min',
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = 'rel',
    } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    checkNumber('lr', lr, ZERO_OR_MORE);
    checkChoice('mode', mode, ['min', 'max']);
    checkNumber('factor', factor, BELOW_ONE);
    checkInteger('patience', patience, 0);
    checkChoice('thresholdMode', thresholdMode, ['rel', 'abs']);
    checkNumber('threshold', threshold, thresholdMode === 'rel' ? BELOW_ONE : ZERO_OR_MORE);
    checkInteger('cooldown', cooldown, 0);
    checkNumber('minLr', minLr, ZERO_OR_MORE);
    checkNumber('eps', eps, ZERO_OR_MORE);
    this.#options = { lr, mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
    this.#lr = lr;
    remember(this.schedule, {
      read: () => this.stateDict(),
      match: state => this.#matched(state),
      begin: rate => this.#begun(rate),
    });
  }

  /** The learning rate now. */
  get lr(): number {
    return this.#lr;
  }

  /** The learning rate now, as a hyper-parameter of an optimizer. It does not depend on the step. */
  get schedule(): Schedule {
    return this.#schedule;
  }

  readonly #schedule: Schedule = () => this.#lr;

  /**
   * Takes note of a metric, and reduces the learning rate if it is due.
   *
   * @param metric Any number; NaN and the infinities count as failures to improve.
   * @throws OptionError unless `metric` is a number.
   */
  step(metric: number): void {
    if (typeof metric !== 'number')
      throw new OptionError(`Expected a number for metric, got ${show(metric)}`);
    const { factor, patience, cooldown, minLr, eps } = this.#options;
    if (this.#improves(metric)) {
      this.#best = metric;
      this.#numBadEpochs = 0;
    } else {
      this.#numBadEpochs++;
    }
    if (this.#cooldownCounter > 0) {
      this.#cooldownCounter--;
      this.#numBadEpochs = 0;
    }
    if (this.#numBadEpochs > patience) {
      const reduced = Math.max(this.#lr * factor, minLr);
      if (this.#lr - reduced > eps) this.#lr = reduced;
      this.#cooldownCounter = cooldown;
      this.#numBadEpochs = 0;
    }
  }

  #improves(metric: number): boolean {
    if (!Number.isFinite(metric)) return false;
    const best = this.#best;
    if (best === null) return true;
    const { mode, threshold, thresholdMode } = this.#options;
    if (mode === 'min') {
      return metric < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
    }
    return metric > (thresholdMode === 'rel' ? best * (1 + threshold) : best + threshold);
  }

  /** What `console.log` and `JSON.stringify` show: the options, and where it stands. */
  toJSON(): Portrait {
    return { class: 'ReduceLROnPlateau', ...this.#options, ...this.stateDict() };
  }

  /** What has to be kept to go on exactly from here, in an object with the same options. */
  stateDict(): ReduceLROnPlateauState {
    return {
      lr: this.#lr,
      best: this.#best,
      numBadEpochs: this.#numBadEpochs,
      cooldownCounter: this.#cooldownCounter,
    };
  }

  /**
   * Goes on from a state that `stateDict` returned, also after JSON.
   *
   * @throws StateError when the state has a number missing or out of its range; nothing is changed then.
   */
  loadStateDict(state: ReduceLROnPlateauState): void {
    this.#matched(state)();
  }

  /** Checks a state, and gives what takes it over. */
  #matched(state: unknown): () => void {
    if (typeof state !== 'object' || state === null) {
      throw new StateError('ERR_LANESTEP_STATE', `Expected a state of ReduceLROnPlateau, got ${show(state)}`);
    }
    const { lr, best, numBadEpochs, cooldownCounter } = state as ReduceLROnPlateauState;
    const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
    expectState('lr', lr, 'a number in [0, Infinity)', Number.isFinite(lr) && lr >= 0);
    expectState('best', best, 'a finite number or null', best === null || Number.isFinite(best));
    expectState('numBadEpochs', numBadEpochs, 'an integer of 0 or more', isCount(numBadEpochs));
    expectState('cooldownCounter', cooldownCounter, 'an integer of 0 or more', isCount(cooldownCounter));
    return () => {
      this.#lr = lr;
      this.#best = best;
      this.#numBadEpochs = numBadEpochs;
      this.#cooldownCounter = cooldownCounter;
    };
  }

  /** What lets it begin with another rate, where nothing has happened to it yet; else null. */
  #begun(rate: number): (() => void) | null {
    const untouched = this.#best === null && this.#numBadEpochs === 0 && this.#cooldownCounter === 0;
    if (!untouched || this.#lr !== this.#options.lr || !ZERO_OR_MORE.holds(rate)) return null;
    return () => {
      this.#lr = rate;
    };
  }
}

portrayed(ReduceLROnPlateau);

function expectState(name: string, value: unknown, expected: string, holds: boolean): void {
  if (holds) return;
  throw new StateError(
    'ERR_LANESTEP_STATE',
    `Expected ${expected} for ${name} in the state of ReduceLROnPlateau, got ${show(value)}`,
  );
}
