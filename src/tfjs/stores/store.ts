import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** A variable that takes part in a step, with its gradient. */
export interface Part {
  readonly variable: Variable;
  readonly gradient: Tensor;
}

/** The arrays of one step, in the order of its parts. */
export interface Lease {
  /** Where the variables' numbers are. */
  readonly sources: readonly Float32Array[];
  /** Where the step writes them: the source itself for a step in place. Nobody else has such an array. */
  readonly targets: readonly Float32Array[];
  /** The gradients, which are only read. */
  readonly gradients: readonly Float32Array[];
  /** Makes the targets the variables' values. Cannot fail. */
  publish(): void;
  /** Gives back what was taken for a step that did not happen. */
  release(): void;
}

/** How the numbers of variables are read and written on one kind of TensorFlow.js' backends. */
export interface Store {
  /**
   * @param inPlace whether a variable's own array may be written to where nobody else can see it
   * @throws BackendError where there is no memory, and nothing is taken
   */
  lease(parts: readonly Part[], inPlace: boolean): Lease;
}

/** Numbers as float32: TensorFlow.js keeps those of int32 and bool, and now and then of float32, in other arrays. */
export const asFloat32 = (values: ArrayLike<number>): Float32Array =>
  Object.prototype.toString.call(values) === '[object Float32Array]'
    ? (values as Float32Array)
    : Float32Array.from(values);
