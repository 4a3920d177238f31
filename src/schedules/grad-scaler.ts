import { OptionError, StateError, show } from '../errors.js';
import { type Portrait, portrayed } from '../portrait.js';
import type { Schedule } from '../types.js';
import { checkInteger, checkKeys, checkNumber, type Range } from './checks.js';
import { remember } from './memory.js';

/** The options of `GradScaler`. */
export interface GradScalerOptions {
  /** The scale to begin with, in [2^-126, 2^127]. Default 65536. */
  readonly initScale?: number;
  /** What the scale is multiplied by after `growthInterval` steps in a row without an infinity or NaN: above 1. Default 2. */
  readonly growthFactor?: number;
  /** What it is multiplied by after a step whose gradients had one: in (0, 1). Default 0.5. */
  readonly backoffFactor?: number;
  /** How many such steps there have to be in a row: a whole number from 1 on. Default 2000. */
  readonly growthInterval?: number;
}

/** What `GradScaler` remembers: PyTorch's names in camelCase, plain numbers that JSON keeps exactly. */
export interface GradScalerState {
  readonly scale: number;
  /** Steps in a row without an infinity or NaN, since the scale was changed. */
  readonly growthTracker: number;
}

/** What is asked of an optimizer: what its last step found (`Optimizer.report`). */
interface Reporting {
  readonly report: { readonly gradientNorm: number; readonly skipped: string | null } | null;
}

// Without `nonFinite: 'skip'` a step with an infinity is taken.
const overflowed = ({ report }: Reporting): boolean =>
  report!.skipped !== null || !Number.isFinite(report!.gradientNorm);

// The least and the largest scale, of which float32 has the inverse, too.
const least = 2 ** -126;
const most = 2 ** 127;
const scales: Range = { text: '[2^-126, 2^127]', holds: value => value >= least && value <= most };
const aboveOne: Range = { text: '(1, Infinity)', holds: value => value > 1 && value < Infinity };
const shrinking: Range = { text: '(0, 1)', holds: value => value > 0 && value < 1 };

/**
 * A loss scale that finds its own size, for gradients that were computed in half precision, where small ones become zero: the loss is
 * multiplied by a large number, so that its gradients are, and the step divides them by it again. Where they overflow the step is
 * skipped and the scale halved; after many steps without an overflow it is doubled.
 *
 *     const scaler = new GradScaler();
 *     const optimizer = new Adam(params, { gradientScale: scaler.gradientScale, nonFinite: 'skip' });
 *     ...
 *     optimizer.step(gradientsOf(scaler.scale));   // of the loss times scaler.scale
 *     scaler.update(optimizer);
 *
 * Dividing costs no pass of its own. What it remembers is in the state dict and the checkpoints of the optimizer that has its
 * `gradientScale`, and comes back with them.
 *
 * PyTorch: `torch.amp.GradScaler`, with its numbers, which are of float32; `unscale_`, `step` and the check for infinities are the
 * optimizer's own options here. There the scale can fall to 0; here 2^-126 is the least.
 */
export class GradScaler {
  readonly #options: Required<GradScalerOptions>;
  #scale: number;
  #growthTracker = 0;

  /** @throws OptionError when an option is unknown or out of its range. */
  constructor(options: GradScalerOptions = {}) {
    checkKeys('GradScaler', options, ['initScale', 'growthFactor', 'backoffFactor', 'growthInterval']);
    const { initScale = 65_536, growthFactor = 2, backoffFactor = 0.5, growthInterval = 2000 } = options;
    checkNumber('initScale', initScale, scales);
    checkNumber('growthFactor', growthFactor, aboveOne);
    checkNumber('backoffFactor', backoffFactor, shrinking);
    checkInteger('growthInterval', growthInterval, 1);
    this.#options = { initScale, growthFactor, backoffFactor, growthInterval };
    this.#scale = Math.fround(initScale);
    remember(this.gradientScale, {
      read: () => this.stateDict(),
      match: state => this.#matched(state),
      begin: inverse => this.#begun(inverse),
    });
  }

  /** What the loss, or the gradient that the backward pass begins with, is to be multiplied by. */
  get scale(): number {
    return this.#scale;
  }

  /** 1 / scale, as the option `gradientScale` of an optimizer. It does not depend on the step. */
  get gradientScale(): Schedule {
    return this.#gradientScale;
  }

  readonly #gradientScale: Schedule = () => 1 / this.#scale;

  /**
   * Changes the scale as the last step of the optimizers asks for, once after all of them have taken it: where one has skipped it, or
   * its gradients were not finite, it counts as one that overflowed.
   *
   * @throws OptionError unless each has looked at its gradients, by `nonFinite: 'skip'`; nothing is changed then.
   */
  update(...optimizers: readonly Reporting[]): void {
    if (optimizers.length === 0)
      throw new OptionError('Expected one optimizer at least for update, got none');
    optimizers.forEach((optimizer, i) => {
      const report: unknown = optimizer?.report;
      if (typeof report === 'object' && report !== null && 'skipped' in report) return;
      const got = report === null ? 'one that has not looked at its gradients' : show(optimizer);
      throw new OptionError(
        `Expected an optimizer with nonFinite: 'skip' that has taken a step for update, got ${got} (${i + 1} of ${optimizers.length})`,
      );
    });
    const { growthFactor, backoffFactor, growthInterval } = this.#options;
    if (optimizers.some(overflowed)) {
      this.#scale = Math.max(least, Math.fround(this.#scale * backoffFactor));
      this.#growthTracker = 0;
    } else if (++this.#growthTracker >= growthInterval) {
      const grown = Math.fround(this.#scale * growthFactor);
      if (grown <= most) this.#scale = grown;
      this.#growthTracker = 0;
    }
  }

  /** What `console.log` and `JSON.stringify` show: the options, and where it stands. */
  toJSON(): Portrait {
    return { class: 'GradScaler', ...this.#options, ...this.stateDict() };
  }

  /** What has to be kept to go on exactly from here, in an object with the same options. */
  stateDict(): GradScalerState {
    return { scale: this.#scale, growthTracker: this.#growthTracker };
  }

  /**
   * Goes on from a state that `stateDict` returned, also after JSON.
   *
   * @throws StateError when the state has a number missing or out of its range; nothing is changed then.
   */
  loadStateDict(state: GradScalerState): void {
    this.#matched(state)();
  }

  /** Checks a state, and gives what takes it over. */
  #matched(state: unknown): () => void {
    const refuse = (expected: string, got: unknown): never => {
      throw new StateError('ERR_LANESTEP_STATE', `Expected ${expected}, got ${show(got)}`);
    };
    if (typeof state !== 'object' || state === null) return refuse('a state of GradScaler', state);
    const { scale, growthTracker } = state as GradScalerState;
    const where = 'in the state of GradScaler';
    if (typeof scale !== 'number' || !scales.holds(scale) || Math.fround(scale) !== scale)
      refuse(`a float32 number in ${scales.text} for scale ${where}`, scale);
    if (!Number.isSafeInteger(growthTracker) || growthTracker < 0)
      refuse(`an integer of 0 or more for growthTracker ${where}`, growthTracker);
    return () => {
      this.#scale = scale;
      this.#growthTracker = growthTracker;
    };
  }

  /** What lets it begin with another scale, where nothing has happened to it yet; else null. */
  #begun(inverse: number): (() => void) | null {
    const scale = Math.fround(1 / inverse);
    const untouched = this.#growthTracker === 0 && this.#scale === Math.fround(this.#options.initScale);
    if (!untouched || !scales.holds(scale)) return null;
    return () => {
      this.#scale = scale;
    };
  }
}

portrayed(GradScaler);
