/** What an optimizer knows of TensorFlow.js' variables, which come and go as they like. */
import { engine, type Variable } from '@tensorflow/tfjs-core';
import { StateError } from '../errors.js';
import { sameShape } from '../shape.js';

/** What is known of a variable. */
export interface Known {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** The variable itself; null where `setWeights` brought its state, and it has not taken part in a step yet. */
  readonly variable: Variable | null;
}

/** The live variable of a name; undefined where there is none. */
export function variableNamed(name: string): Variable | undefined {
  const { registeredVariables } = engine();
  return Object.hasOwn(registeredVariables, name) ? registeredVariables[name] : undefined;
}

/** Whether it was disposed. Asked of the engine: `tf.disposeVariables()` does not tell the variables. */
export const isGone = ({ name, variable }: Known): boolean =>
  variable !== null && variableNamed(name) !== variable;

/** What is known of a live one. */
export const knowing = (variable: Variable): Known => {
  const { name, shape, size } = variable;
  return { name, shape: [...shape], size, variable };
};

/**
 * The variables that weights belong to which were set under others' names: those of a model that was loaded.
 *
 * @param others the variables of a step
 * @throws StateError where they are not those
 */
export function renamed(known: readonly Known[], others: readonly Variable[]): Known[] {
  const inOrder =
    known.length === others.length && known.every((one, i) => sameShape(one.shape, others[i]!.shape));
  const named = inOrder ? others.map(knowing) : suffixedLike(known, others);
  if (named !== null) return named;
  const list = (of: readonly Pick<Known, 'name' | 'shape'>[]) =>
    of.map(({ name, shape }) => `${name} [${shape}]`).join(', ');
  throw new StateError(
    'ERR_LANESTEP_STATE',
    `Expected the variables of the weights that were set, ${list(known)}, by name or all of them in their order, ` +
      `got ${list(others)}`,
  );
}

// TensorFlow.js' layers call a variable `dense/kernel_1` where there was a `dense/kernel` before: with the same suffix for all of
// a model, so that some of them tell what the others are called. Null where it is not so.
function suffixedLike(known: readonly Known[], others: readonly Variable[]): Known[] | null {
  const bases = known.map(({ name }) => name.replace(/_\d+$/, ''));
  if (new Set(bases).size < bases.length) return null;
  const [suffix] = /(_\d+)?$/.exec(others[0]!.name)!;
  const named = known.map((one, i) => ({ ...one, name: bases[i]! + suffix }));
  const isAmong = ({ name, shape }: Variable) =>
    named.some(one => one.name === name && sameShape(one.shape, shape));
  return others.every(isAmong) ? named : null;
}
