/** What a step is told beside its gradients. */
import { didYouMean } from './did-you-mean.js';
import { OptionError, show } from './errors.js';
import { isRecord, readGiven } from './given.js';

/** What `step` takes beside the gradients, of that step alone. */
export interface StepInput {
  /**
   * The loss that the gradients are of, at the parameters as they are before the step. Optimizers that go by it (`PolyakSGD`,
   * `MoMo`) must have it; others pass over it.
   */
  loss?: number;
  /**
   * An estimate of the Hessian's diagonal at the parameters as they are before the step, in the shape of the gradients. Optimizers
   * that go by it (`AdaHessian`, `Sophia`) take it at the steps at which it is given; others pass over it.
   */
  hessian?: unknown;
  /**
   * What the gradients of this step are multiplied by, in place of the option of all groups: a finite number. `clipNorm` and whatever
   * else goes by the gradients sees them so.
   */
  gradientScale?: number;
}

/** The same, read and checked. */
export interface Told {
  /** NaN where it was not given. */
  readonly loss: number;
  /** As it was given; undefined where it was not. */
  readonly hessian: unknown;
  /** Null where it was not given. */
  readonly gradientScale: number | null;
}

/** Where nothing was given. */
export const nothing: Told = { loss: Number.NaN, hessian: undefined, gradientScale: null };

const known = ['loss', 'hessian', 'gradientScale'];

/**
 * Reads it.
 *
 * @param owner the optimizer, for the message
 * @param needed whether the loss must be there
 * @throws OptionError
 */
export function toldIn(given: unknown, owner: string, needed: boolean): Told {
  const wanted = (key: string): boolean => known.includes(key);
  if (given !== undefined && !isRecord(given, wanted))
    throw new OptionError(`Expected an object such as { loss } beside the gradients, got ${show(given)}`);
  const { loss, hessian, gradientScale, ...others } =
    given === undefined ? ({} as Record<PropertyKey, unknown>) : readGiven(given, wanted);
  const unknown = Reflect.ownKeys(others)[0];
  if (unknown !== undefined)
    throw new OptionError(
      `Expected { loss }, { hessian } or { gradientScale } beside the gradients, got ${show(unknown)}${didYouMean(unknown, known)}`,
    );
  if (gradientScale !== undefined && typeof gradientScale !== 'number')
    throw new OptionError(`Expected a number for gradientScale, got ${show(gradientScale)}`);
  const rest = { hessian: hessian ?? undefined, gradientScale: gradientScale ?? null };
  if (loss === undefined && !needed) return { ...nothing, ...rest };
  if (typeof loss === 'number') return { loss, ...rest };
  const why = needed ? `, since ${owner} goes by it: step(grads, { loss })` : '';
  throw new OptionError(`Expected a number for loss${why}, got ${loss === undefined ? 'none' : show(loss)}`);
}

/**
 * Reads what a closure has answered that is asked for loss and gradients.
 *
 * @param owner the optimizer, for the message
 * @throws OptionError
 */
export function answerIn(given: unknown, owner: string): { readonly loss: number; readonly grads: unknown } {
  const wanted = (key: string): boolean => key === 'loss' || key === 'grads';
  if (!isRecord(given, wanted))
    throw new OptionError(
      `Expected the closure of ${owner} to return an object { loss, grads }, got ${show(given)}`,
    );
  const { loss, grads } = readGiven(given, wanted) as { loss?: unknown; grads?: unknown };
  if (typeof loss !== 'number')
    throw new OptionError(
      `Expected the closure of ${owner} to return a number for loss, in { loss, grads }, got ${loss === undefined ? 'none' : show(loss)}`,
    );
  return { loss, grads };
}
