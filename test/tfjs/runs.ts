/** Runs of an optimizer over variables of several shapes: what they look like after each step, and its weights in the end. */
import {
  dispose,
  type NamedTensorMap,
  type Optimizer,
  tensor,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { loss } from '../random/twin.js';
import { expectBits, noise } from './numbers.js';
import { expectSameWeights, type NamedTensor, numbersOf, type Weight, weightsOf } from './weights.js';

/** The variables' names and shapes: no whole vector, a scalar, whole vectors and a tail. */
export const shapes: Readonly<Record<string, number[]>> = { w: [3, 4], b: [5], s: [], k: [2, 3, 7] };
export const names = Object.keys(shapes);
/** How many elements a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Makes the variables, the same ones every time. */
export function makeVariables(): Variable[] {
  return names.map((name, i) => {
    const value = tensor(noise(sizeOf(shapes[name]!), i + 1, 2), shapes[name]!);
    const made = variable(value, true, name);
    value.dispose();
    return made;
  });
}

/** Which variables have no gradient at step t: one begins late, one pauses. */
export const sitsOut = (i: number, t: number): boolean => (i === 1 && t <= 3) || (i === 2 && t % 7 === 5);

/** The gradients of step t, by variable. */
export const gradientsAt = (t: number, scale = 1): Float32Array[] =>
  names.map((name, i) => noise(sizeOf(shapes[name]!), 1000 * (i + 1) + t, scale));

/** A list as `minimize` makes it: with names that have no gradient, which the types do not know of. */
export const listOf = (entries: readonly { name: string; tensor: unknown }[]): NamedTensor[] =>
  entries as NamedTensor[];

/** Applies gradients, with the loss for those that go by it; others pass over it. */
export const apply = (optimizer: Optimizer, gradients: unknown): void =>
  (optimizer.applyGradients as (...given: unknown[]) => void).call(optimizer, gradients, { loss });

/** How a step is taken. */
export type Step = (optimizer: Optimizer, t: number, variables: readonly Variable[]) => void;

const tensors = (values: readonly Float32Array[]) => values.map((one, i) => tensor(one, shapes[names[i]!]!));

/** A step by a list in which some have no gradient. */
export const byList =
  (scale = 1): Step =>
  (optimizer, t) => {
    const gradients = tensors(gradientsAt(t, scale));
    apply(
      optimizer,
      listOf(
        names.map((name, i) => ({ name, tensor: sitsOut(i, t) ? (t % 2 ? null : undefined) : gradients[i] })),
      ),
    );
    dispose(gradients);
  };

/** A step by a map of all gradients. */
export const byMap: Step = (optimizer, t) => {
  const gradients = tensors(gradientsAt(t));
  const map: NamedTensorMap = Object.fromEntries(names.map((name, i) => [name, gradients[i]!]));
  apply(optimizer, map);
  dispose(gradients);
};

/** A step of some of the variables. */
export function stepOf(optimizer: Optimizer, some: readonly string[], t = 1): void {
  const gradients = tensors(gradientsAt(t));
  apply(optimizer, Object.fromEntries(some.map(name => [name, gradients[names.indexOf(name)]!])));
  dispose(gradients);
}

/** What is left of a run. */
export interface Run {
  readonly after: readonly (readonly Float32Array[])[];
  readonly weights: readonly Weight[];
}

/** Makes variables and an optimizer, takes steps, and takes them away again. */
export async function run(make: () => Optimizer, step: Step, steps: number): Promise<Run> {
  const variables = makeVariables();
  const optimizer = make();
  const after: Float32Array[][] = [];
  for (let t = 1; t <= steps; t++) {
    step(optimizer, t, variables);
    after.push(variables.map(numbersOf));
  }
  const weights = await weightsOf(optimizer);
  expect(optimizer.iterations).toBe(steps);
  optimizer.dispose();
  dispose(variables);
  return { after, weights };
}

/** Throws unless two runs are the same, bit for bit. */
export function expectSameRun(actual: Run, expected: Run): void {
  expected.after.forEach((variables, t) => {
    variables.forEach((values, i) => {
      expectBits(actual.after[t]![i]!, values, `step ${t + 1}, ${names[i]}`);
    });
  });
  expectSameWeights(actual.weights, expected.weights);
}

/** Throws unless every variable moved, and is a number. */
export function expectLively({ after }: Run): void {
  after.at(-1)!.forEach((values, i) => {
    values.forEach((value, k) => {
      expect(value, `${names[i]}[${k}]`).not.toBeNaN();
      expect(value, `${names[i]}[${k}]`).not.toBe(after[0]![i]![k]);
    });
  });
}
