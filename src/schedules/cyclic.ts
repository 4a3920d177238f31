import { OptionError, show } from '../errors.js';
import { power } from '../numerics/precise-power.js';
import type { Schedule } from '../types.js';
import { between } from './between.js';
import {
  BELOW_ONE,
  checkChoice,
  checkFunction,
  checkInteger,
  checkKeys,
  checkNumber,
  ZERO_OR_MORE,
  ZERO_TO_ONE,
} from './checks.js';
import { finiteFrom } from './given.js';
import { epochOf } from './step-number.js';

/** How high each triangle of `cyclic` is: all alike, each half of the one before, or `gamma ** (t - 1)`. */
export type CyclicMode = 'triangular' | 'triangular2' | 'exp_range';

/** The options of `cyclic` but for the height of the triangles. */
export interface CyclicRange {
  /** The learning rate at the foot of every triangle: 0 or more. */
  readonly baseLr: number;
  /** The learning rate at the top of a triangle of full height: `baseLr` or more. */
  readonly maxLr: number;
  /** How many steps go up: an integer of 1 or more. Default 2000. */
  readonly stepSizeUp?: number;
  /** How many steps go down: an integer of 1 or more. Default `stepSizeUp`. */
  readonly stepSizeDown?: number;
  /** The momentum where the learning rate is `maxLr`, in [0, 1). Default 0.8. */
  readonly baseMomentum?: number;
  /** The momentum where the learning rate is `baseLr`, in [0, 1) and not below `baseMomentum`. Default 0.9. */
  readonly maxMomentum?: number;
}

/** The height of the triangles of `cyclic` by name. */
export interface CyclicByMode {
  /** Default `'triangular'`. */
  readonly mode?: CyclicMode;
  /** Read by `'exp_range'` only, in [0, 1]. Default 1. */
  readonly gamma?: number;
  readonly scale?: never;
}

/** The height of the triangles of `cyclic` by a function. */
export interface CyclicByScale {
  /** The height, usually in [0, 1], from the number of the triangle (1 for the first) and the step. */
  readonly scale: (cycle: number, t: number) => number;
  readonly mode?: never;
  readonly gamma?: never;
}

/** The options of `cyclic`. */
export type CyclicOptions = CyclicRange & (CyclicByMode | CyclicByScale);

/** A learning rate and the momentum that moves against it. Either may be used without the other. */
export interface LrAndMomentum {
  readonly lr: Schedule;
  /** For SGD's `momentum`, or for the first of Adam's `betas`. */
  readonly momentum: Schedule;
}

/**
 * Triangles: `stepSizeUp` steps from `baseLr` up to `maxLr`, `stepSizeDown` steps down again, and so on for ever. The
 * momentum is highest where the learning rate is lowest.
 *
 * PyTorch: `torch.optim.lr_scheduler.CyclicLR`. There `cycle_momentum` chooses whether the momentum moves; here one
 * takes `momentum` or leaves it. `scale_fn` and `scale_mode` are one function of both the cycle and the step, which
 * is refused together with `mode` or `gamma`, where PyTorch ignores these. Paper: L. N. Smith, "Cyclical Learning
 * Rates for Training Neural Networks", 2017.
 *
 * @throws OptionError when an option is unknown or out of its range; the schedules throw it for a step that is not an
 * integer of 1 or more, and when `scale` returns no finite number.
 */
export function cyclic(options: CyclicOptions): LrAndMomentum {
  checkKeys('cyclic', options, [
    'baseLr',
    'maxLr',
    'stepSizeUp',
    'stepSizeDown',
    'mode',
    'gamma',
    'scale',
    'baseMomentum',
    'maxMomentum',
  ]);
  const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown = stepSizeUp, scale } = options;
  const { baseMomentum = 0.8, maxMomentum = 0.9 } = options;
  checkNumber('baseLr', baseLr, ZERO_OR_MORE);
  checkNumber('maxLr', maxLr, ZERO_OR_MORE);
  checkOrder('baseLr', baseLr, 'maxLr', maxLr);
  checkInteger('stepSizeUp', stepSizeUp, 1);
  checkInteger('stepSizeDown', stepSizeDown, 1);
  checkNumber('baseMomentum', baseMomentum, BELOW_ONE);
  checkNumber('maxMomentum', maxMomentum, BELOW_ONE);
  checkOrder('baseMomentum', baseMomentum, 'maxMomentum', maxMomentum);
  const length = stepSizeUp + stepSizeDown;
  const height = scale === undefined ? heightByMode(options, length) : heightByScale(options, scale, length);
  // The share of the way from the foot to the top, counted in integers from the nearer foot.
  const share = (t: number): number => {
    const epoch = epochOf(t) % length;
    return (epoch <= stepSizeUp ? epoch / stepSizeUp : (length - epoch) / stepSizeDown) * height(t);
  };
  return {
    lr: t => between(baseLr, maxLr, share(t)),
    momentum: t => between(maxMomentum, baseMomentum, share(t)),
  };
}

function heightByMode(options: CyclicOptions, length: number): Schedule {
  const { mode = 'triangular', gamma = 1 } = options;
  checkChoice('mode', mode, ['triangular', 'triangular2', 'exp_range'] satisfies CyclicMode[]);
  checkNumber('gamma', gamma, ZERO_TO_ONE);
  if (mode === 'triangular') return () => 1;
  if (mode === 'triangular2') return t => power(0.5, Math.floor((t - 1) / length));
  return t => power(gamma, t - 1);
}

function heightByScale(options: CyclicOptions, scale: CyclicByScale['scale'], length: number): Schedule {
  checkFunction('scale', scale);
  for (const name of ['mode', 'gamma'] as const) {
    if (options[name] === undefined) continue;
    throw new OptionError(`Expected no ${name} beside scale, which replaces it, got ${show(options[name])}`);
  }
  return t => finiteFrom('scale', t, scale(Math.floor((t - 1) / length) + 1, t));
}

function checkOrder(lowName: string, low: number, highName: string, high: number): void {
  if (low <= high) return;
  throw new OptionError(`Expected ${highName} to be at least ${lowName} (${show(low)}), got ${show(high)}`);
}
