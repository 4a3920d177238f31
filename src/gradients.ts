/** What the sum of squares of the gradients says: their norm, what it is clipped by, and whether all of them are finite. */
import { GradientError } from './errors.js';
import { lengthOf } from './memory.js';
import type { Numbers } from './option-table.js';
import type { GroupOptions } from './options.js';
import type { StepOptions } from './step-options.js';
import type { FloatArray } from './types.js';

/** A gradient that takes part in the step. */
export interface Measured<Options extends object> {
  readonly gradient: FloatArray;
  /** The sum of the squares of its elements, in double. */
  readonly squares: number;
  readonly options: GroupOptions<Options>;
  /** How it is called in a message: `grads.w`. */
  readonly shown: () => string;
}

/** What a step found, where it looked at its gradients. */
export interface StepReport {
  /** The norm of all gradients together, scaled and not clipped. */
  readonly gradientNorm: number;
  /** By group: what `clipNorm` has multiplied its gradients by; 1 where they stayed as they were. */
  readonly clipFactors: readonly number[];
  /** Why the step did not happen (`nonFinite: 'skip'`): `grads.w[3] is NaN`; null where it did. */
  readonly skipped: string | null;
}

/** A step that does not happen, since a gradient is not finite. */
export class Skipped {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** The first element that is no finite number; -1 where all are. Squares of doubles may be infinite where the doubles are not. */
function firstNonFinite(gradient: FloatArray): number {
  for (let i = 0; i < lengthOf(gradient); i++) if (!Number.isFinite(gradient[i])) return i;
  return -1;
}

/** The norm of all gradients together, each scaled as its group says. */
export function normOf<Options extends object>(all: Iterable<Measured<Options>>): number {
  let sum = 0;
  for (const { squares, options } of all) {
    const { gradientScale = 1 } = options.numbers as Partial<Numbers<StepOptions>>;
    sum += squares * gradientScale * gradientScale;
  }
  return Math.sqrt(sum);
}

/**
 * Looks for gradients that are not finite.
 *
 * @throws GradientError or Skipped where the group of one asks for that
 */
export function checkFinite<Options extends object>(all: Iterable<Measured<Options>>): void {
  for (const { gradient, squares, options, shown } of all) {
    const { nonFinite = 'propagate' } = options.numbers as Partial<Numbers<StepOptions>>;
    if (nonFinite === 'propagate' || Number.isFinite(squares)) continue;
    const index = firstNonFinite(gradient);
    if (index < 0) continue;
    if (nonFinite === 'skip') throw new Skipped(`${shown()}[${index}] is ${gradient[index]}`);
    throw new GradientError(
      `Expected ${shown()} to have finite numbers, got ${gradient[index]} at [${index}]; nothing was changed (nonFinite: 'throw')`,
    );
  }
}

/**
 * The same of the loss that a step goes by.
 *
 * @throws GradientError or Skipped where a group asks for that
 */
export function checkLoss<Options extends object>(all: readonly GroupOptions<Options>[], loss: number): void {
  if (Number.isFinite(loss)) return;
  const asked = all.map(({ numbers }) => (numbers as Partial<Numbers<StepOptions>>).nonFinite ?? 'propagate');
  if (asked.includes('throw'))
    throw new GradientError(
      `Expected a finite number for loss, got ${loss}; nothing was changed (nonFinite: 'throw')`,
    );
  if (asked.includes('skip')) throw new Skipped(`loss is ${loss}`);
}

/** What the gradients of a group are multiplied by: PyTorch's coefficient, which is NaN where the norm is. */
export function clipFactor<Options extends object>(options: GroupOptions<Options>, norm: number): number {
  const { clipNorm = null } = options.numbers as Partial<Numbers<StepOptions>>;
  if (clipNorm === null) return 1;
  const factor = clipNorm / (norm + 1e-6);
  return factor >= 1 ? 1 : factor;
}
