/** An optimizer with variables of its own, and gradients that it is given in turn. */
import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core';
import { gradientsOf, startOf } from '../contestants/data.js';
import type { Tfjs } from '../contestants/tfjs.js';

type Gradients = { readonly name: string; readonly tensor: Tensor }[];

// Unlike one another, for where a gradient does not change, TensorFlow.js' centered RMSprop gives NaN; and not of the same
// size, so that no average of them becomes so small that its last bits are lost.
const factors = [1, -0.75];

const numbers = (of: typeof startOf, lengths: readonly number[]): Float32Array[] =>
  of({ dtype: 'float32', lengths }) as Float32Array[];

/** Takes steps, and knows how many it took. */
export class Stepper {
  steps = 0;
  readonly #tf: Tfjs;
  readonly #optimizer: Optimizer;
  readonly #variables: readonly Variable[];
  readonly #lists: readonly Gradients[];

  /** On the backend that is set. */
  constructor(tf: Tfjs, optimizer: Optimizer, lengths: readonly number[]) {
    this.#tf = tf;
    this.#optimizer = optimizer;
    this.#variables = tf.tidy(() => Stepper.start(lengths).map(values => tf.variable(tf.tensor1d(values))));
    // Gradients of a training step are new tensors every time, of which these lists show an optimizer as much.
    this.#lists = factors.map(factor =>
      numbers(gradientsOf, lengths).map((values, i) => ({
        name: this.#variables[i]!.name,
        tensor: tf.tensor1d(values.map(x => x * factor)),
      })),
    );
  }

  /** What the variables are before the first step. */
  static start(lengths: readonly number[]): Float32Array[] {
    return numbers(startOf, lengths);
  }

  step(): void {
    this.#optimizer.applyGradients(this.#lists[this.steps++ % this.#lists.length]!);
  }

  /** What the variables are now. */
  look(): Float32Array[] {
    return this.#variables.map(variable => variable.dataSync<'float32'>());
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#tf.dispose([...this.#variables, ...this.#lists.flatMap(list => list.map(({ tensor }) => tensor))]);
  }
}
