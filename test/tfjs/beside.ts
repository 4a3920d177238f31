/** Variables under an optimizer, beside the same numbers under its rule over plain arrays. */
import { type NamedTensorMap, type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { TfjsAdam } from '../../src/rules/tfjs-adam.js';
import { adam, type LanestepOptimizer, type Settings } from '../../src/tfjs/index.js';
import { expectBits } from './numbers.js';
import type { Plain } from './plain.js';
import { apply } from './runs.js';
import { numbersOf } from './weights.js';

/** A variable of this name, which owns its numbers. */
export function make(name: string, values: Float32Array, shape: number[] = [values.length]): Variable {
  const value = tensor(values, shape);
  const made = variable(value, true, name);
  value.dispose();
  return made;
}

/** After each step, both must have the same bits. */
export class Beside {
  readonly optimizer: LanestepOptimizer;
  readonly #plain: Plain;
  readonly #variables: readonly Variable[];
  readonly #params: Float32Array[];
  #steps = 0;

  constructor(
    optimizer: LanestepOptimizer,
    plain: (params: Float32Array[]) => Plain,
    variables: readonly Variable[],
  ) {
    this.optimizer = optimizer;
    this.#variables = variables;
    this.#params = variables.map(numbersOf);
    this.#plain = plain(this.#params);
  }

  /** A step; variables without a gradient sit it out. */
  step(gradients: NamedTensorMap): void {
    const numbers = this.#variables.map(({ name }) => (gradients[name] ? numbersOf(gradients[name]) : null));
    apply(this.optimizer, gradients);
    this.#plain.step(numbers);
    this.check();
  }

  /** A step with these numbers, which are the same for all that take part. */
  stepWith(values: (size: number) => Float32Array, ...some: readonly Variable[]): void {
    const taking = some.length > 0 ? some : this.#variables;
    const gradients = taking.map(one => [one.name, tensor(values(one.size), one.shape)] as const);
    this.step(Object.fromEntries(gradients));
    for (const [, one] of gradients) one.dispose();
  }

  /** Throws unless both are the same. */
  check(): void {
    this.#steps++;
    this.#variables.forEach((one, i) => {
      expectBits(numbersOf(one), this.#params[i]!, `step ${this.#steps}, ${one.name}`);
    });
  }

  /** Takes over what was assigned to the variables from outside. */
  follow(): void {
    this.#variables.forEach((one, i) => {
      this.#params[i]!.set(numbersOf(one));
    });
  }

  dispose(): void {
    this.optimizer.dispose();
    this.#plain.dispose();
  }
}

/** Adam over these variables. */
export const besideAdam = (variables: readonly Variable[], settings: Settings = {}): Beside =>
  new Beside(
    adam(0.1, 0.8, 0.9, null, settings),
    params => {
      const { inPlace: _, ...same } = settings;
      return new TfjsAdam(params, { lr: 0.1, betas: [0.8, 0.9], ...same });
    },
    variables,
  );

/** Gradients that are not alike from step to step. */
export const slope =
  (t: number) =>
  (size: number): Float32Array =>
    Float32Array.from({ length: size }, (_, k) => Math.sin(1.7 * t + k) + 0.1);

/** A gradient of this step like a variable. */
export const slopeOf = (like: Tensor, t: number): Tensor => tensor(slope(t)(like.size), like.shape);
