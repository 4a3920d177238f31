/** Where an optimizer and its twin are not the same, bit for bit; a NaN equals a NaN. */
import type { StateDict } from '../../src/state/dict.js';
import type { FloatArray } from '../../src/types.js';
import type { Twin } from './twin.js';

/** The first element that differs, or null. */
export function differing(name: string, got: FloatArray, wanted: FloatArray): string | null {
  if (got.length !== wanted.length) return `${name} has ${got.length} elements, the twin ${wanted.length}`;
  for (let i = 0; i < wanted.length; i++) {
    if (!Object.is(got[i], wanted[i]))
      return `${name}[${i}] of ${got.length} is ${got[i]}, the reference has ${wanted[i]}`;
  }
  return null;
}

/** The first thing in a state dict that its twin does not have, or has with other bits; or null. */
export function stateDiffering(dict: StateDict, twin: Twin): string | null {
  if (dict.steps !== twin.steps) return `steps is ${dict.steps}, the reference has ${twin.steps}`;
  const model = Object.entries(dict.model ?? {});
  if (model.length !== Object.keys(twin.model).length) return `the model has ${model.length} scalars`;
  for (const [key, value] of model) {
    if (!Object.is(value, twin.model[key]))
      return `${key} of the model is ${value}, the reference has ${twin.model[key]}`;
  }
  for (const tensor of twin.tensors) {
    const { name, t, scalars, begun } = tensor;
    const entry = Object.hasOwn(dict.state, name) ? dict.state[name]! : null;
    if (entry === null) {
      if (begun) return `there is no state of ${name}`;
      continue;
    }
    if (!begun) return `there is a state of ${name}, which took no step`;
    const lasting = twin.lasting(tensor);
    if (entry.step !== t) return `the step of ${name} is ${entry.step}, the reference has ${t}`;
    for (const [key, value] of Object.entries(scalars)) {
      if (!Object.is(entry[key], value))
        return `${key} of ${name} is ${entry[key]}, the reference has ${value}`;
    }
    for (const [slot, values] of lasting) {
      const found = differing(`${slot} of ${name}`, entry[slot] as FloatArray, values);
      if (found !== null) return found;
    }
    const keys = Object.keys(entry).length;
    if (keys !== 1 + lasting.length + Object.keys(scalars).length)
      return `the state of ${name} has ${keys} entries`;
  }
  const entries = Object.keys(dict.state).length;
  return entries > twin.tensors.length ? `the state has ${entries} entries` : null;
}
