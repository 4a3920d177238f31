/** The gradients that an optimizer is given, to be gone through once more over plain arrays. */
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { LanestepOptimizer } from '../../src/tfjs/index.js';
import type { Plain } from './plain.js';
import { type NamedTensor, numbersOf } from './weights.js';

/** Gradients of one step by the variables' names. */
export type Gradients = ReadonlyMap<string, Float32Array>;

/** Notes down what `applyGradients` gets from now on. */
export function record(optimizer: LanestepOptimizer): Gradients[] {
  const steps: Gradients[] = [];
  const apply = optimizer.applyGradients.bind(optimizer);
  optimizer.applyGradients = (given: NamedTensorMap | NamedTensor[]) => {
    const entries = Array.isArray(given)
      ? given.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(given);
    steps.push(
      new Map(entries.flatMap(([name, one]) => (one == null ? [] : [[name, numbersOf(one)] as const]))),
    );
    apply(given);
  };
  return steps;
}

/** Takes the same steps over plain arrays, in the order of these names. */
export function replay(plain: Plain, names: readonly string[], steps: readonly Gradients[]): void {
  for (const gradients of steps) plain.step(names.map(name => gradients.get(name) ?? null));
}
