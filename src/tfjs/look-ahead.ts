/** Optimizers that take their gradients elsewhere than where the variables are: `Nesterov`. */
import {
  dispose,
  engine,
  type NamedTensorMap,
  type Scalar,
  tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { StateError } from '../errors.js';
import { newArray } from '../memory.js';
import type { Session } from './session.js';
import { asFloat32 } from './stores/store.js';
import { checkGradient } from './wanted.js';
import { Wrapped } from './wrapped.js';

/** Gives a variable the numbers of an array, which becomes a tensor's own. */
function give(variable: Variable, values: Float32Array): void {
  const value = tensor(values, variable.shape, 'float32');
  variable.assign(value);
  value.dispose();
}

/**
 * An optimizer whose `minimize`, and thereby `model.fit`, computes the loss and its gradients where the optimizer looks
 * ahead to. The variables are there while the loss is computed, and at their new place afterwards; where computing it
 * throws they are back where they were. It copies the variables twice, whatever TensorFlow.js runs on.
 */
export abstract class LookAhead extends Wrapped {
  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const every = varList ?? Object.values(engine().registeredVariables);
    const variables = every.filter(({ trainable }) => trainable);
    let found: { value: Scalar; grads: NamedTensorMap } | undefined;
    try {
      this.#step(variables, () => {
        found = this.computeGradients(f, varList);
        return found.grads;
      });
    } catch (error) {
      dispose(found);
      throw error;
    }
    const { value, grads } = found!;
    dispose(grads);
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  /** @throws StateError: gradients from where the variables are would be others */
  override applyGradients(): void {
    throw new StateError(
      'ERR_LANESTEP_STATE',
      'Expected minimize() or model.fit(), which compute the gradients at the look-ahead point, got applyGradients()',
    );
  }

  #step(given: readonly Variable[], gradientsThere: () => NamedTensorMap): void {
    this.inSession(
      () => given.map(({ name }) => [name, null] as const),
      (session, wanted) => {
        stepAhead(
          session,
          wanted.map(({ variable }) => variable),
          gradientsThere,
        );
      },
    );
  }
}

function stepAhead(
  session: Session,
  variables: readonly Variable[],
  gradientsThere: () => NamedTensorMap,
): void {
  const kept = variables.map(variable => variable.clone());
  const sources = variables.map(variable => asFloat32(variable.dataSync()));
  const targets = sources.map(({ length }) => newArray('float32', length) as Float32Array);
  const places = variables.map(variable => session.placeOf(variable)!);
  let gradients: NamedTensorMap = {};
  try {
    session.stepAhead(places, { sources, targets }, () => {
      variables.forEach((variable, i) => {
        give(variable, targets[i]!.slice());
      });
      gradients = gradientsThere();
      return variables.map(variable => {
        const gradient = gradients[variable.name];
        if (gradient == null) return null;
        checkGradient(gradient, variable);
        return asFloat32(gradient.dataSync());
      });
    });
    variables.forEach((variable, i) => {
      if (gradients[variable.name] == null) variable.assign(kept[i]!);
      else give(variable, targets[i]!);
    });
  } catch (error) {
    variables.forEach((variable, i) => {
      variable.assign(kept[i]!);
    });
    throw error;
  } finally {
    dispose(kept);
  }
}
