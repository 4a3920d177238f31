/** What a step is asked for: variables and their gradients. */
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { ShapeError, StateError, show } from '../errors.js';
import { sameShape } from '../shape.js';
import { variableNamed } from './known.js';
import type { NamedTensor } from './weights.js';

/** A variable's gradient, as it was given. */
export type Entry = readonly [name: string, gradient: Tensor | null | undefined];

/** The gradients that `applyGradients` is given, one by one. Runs the user's getters. */
export function entriesOf(given: NamedTensorMap | NamedTensor[]): Entry[] {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const list = Array.isArray(given);
  if (isObject(given) && (!list || given.every(isObject))) {
    return list ? given.map(({ name, tensor }) => [name, tensor] as const) : Object.entries(given);
  }
  const got = list ? 'a list of other things' : show(given);
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected gradients by the names of their variables, or a list of { name, tensor }, got ${got}`,
  );
}

/** Throws unless a gradient can be its variable's, and the variable one of float32. */
export function checkGradient(gradient: Tensor, { name, shape, dtype }: Variable): void {
  if (dtype !== 'float32') {
    throw new ShapeError('ERR_LANESTEP_DTYPE', `Expected the variable ${name} to be float32, got ${dtype}`);
  }
  if (gradient.isDisposed) {
    throw new ShapeError(
      'ERR_LANESTEP_DETACHED',
      `Expected the gradient of ${name} to be a live tensor, got a disposed one`,
    );
  }
  if (!['float32', 'int32', 'bool'].includes(gradient.dtype)) {
    throw new ShapeError(
      'ERR_LANESTEP_DTYPE',
      `Expected the gradient of ${name} to be float32, got ${gradient.dtype}`,
    );
  }
  if (!sameShape(gradient.shape, shape)) {
    throw new ShapeError(
      'ERR_LANESTEP_LENGTH',
      `Expected the gradient of ${name} to have its shape [${shape}], got [${gradient.shape}]`,
    );
  }
}

/** The live variable of a name. */
function variableOf(name: string): Variable {
  const variable = variableNamed(name);
  if (variable === undefined) {
    throw new StateError(
      'ERR_LANESTEP_STATE',
      `Expected the name of a live variable, got ${show(name)}; was the variable disposed?`,
    );
  }
  return variable;
}

/** A variable that a step is asked for, with its gradient; null for one that sits out. */
export interface Wanted {
  readonly variable: Variable;
  readonly gradient: Tensor | null;
}

/** The variables that a step is asked for, checked with their gradients. */
export function wantedOf(entries: readonly Entry[]): Wanted[] {
  const seen = new Set<string>();
  // TensorFlow.js updates one variable after the other.
  const updated = new Set<Tensor>();
  const wanted: Wanted[] = [];
  for (const [name, gradient] of entries) {
    const variable = variableOf(name);
    if (seen.has(name)) {
      throw new ShapeError('ERR_LANESTEP_NAME', `Expected each variable once, got ${show(name)} again`);
    }
    seen.add(name);
    if (gradient != null) {
      checkGradient(gradient, variable);
      if (updated.has(gradient)) {
        throw new ShapeError(
          'ERR_LANESTEP_ALIAS',
          `Expected a gradient of ${name} that this step does not change, got the variable ${(gradient as Variable).name}, ` +
            'which is updated before it; pass its clone(), which keeps the numbers from before the step',
        );
      }
      updated.add(variable);
    } else if (variable.dtype !== 'float32') continue; // A counter, say, never has a gradient, nor state.
    wanted.push({ variable, gradient: gradient ?? null });
  }
  return wanted;
}
