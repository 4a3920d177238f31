/** What is raced: the same steps, by whoever can take them. */

import type { Streams } from '#lanestep/reference/streams.js';

/** The steps to be taken. What the arrays start from and what the gradients are: data.ts. */
export interface Task {
  /** The class in lanestep: `Adam`, `RMSprop` … */
  readonly optimizer: string;
  /** The name that the files of its rule have: `adam`, that of `AdamW` too. */
  readonly rule: string;
  /** Whether it asks a closure for the gradients. */
  readonly closure: boolean;
  /** Whether its steps go by the loss. */
  readonly byLoss: boolean;
  /** Whether they are told the Hessian's diagonal. It is the gradients here. */
  readonly byHessian: boolean;
  /** Whether weight decay works on the weights by themselves, and not through the gradient. */
  readonly decoupled: boolean;
  /** All of its options, in lanestep's names, with PyTorch's numbers. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: 'float32' | 'float64';
  /** The length of each tensor. */
  readonly lengths: readonly number[];
  /** Whether the gradients come as the same array objects at each step, or as new ones. */
  readonly gradients: 'same' | 'new';
  /** The arrays that each pass of a step goes through: what the roof moves. */
  readonly passes: readonly Streams[];
  /** Whether what is timed is making the optimizer and its first step. Only lanestep itself is asked for this. */
  readonly first?: boolean;
}

/** Someone who is ready to take steps. */
export interface Ready {
  /** One step. A closure without arguments: Benchmark.js calls it in a loop of its own. */
  readonly run: () => void;
  /** The parameters as they are now, like the task's lengths; null where there is nothing to look at. */
  readonly parameters: () => readonly (Float32Array | Float64Array)[] | null;
  /** Frees what the garbage collector does not. */
  readonly dispose: () => void;
}

/** Gets ready for a task, or tells in a few words why it cannot: `has no float64`. */
export type Prepare = (task: Task) => Ready | string;

/**
 * A contestant's module. It is loaded in a process of its own, so whatever it loads or sets concerns nobody else.
 */
export interface Module {
  /** Sets up what takes its time, for so many threads; or tells in a few words why it cannot. */
  load(threads: number): Promise<Prepare | string>;
  /**
   * After twenty steps, how far from the same steps in float64 a parameter may be, in units in the last place; null where
   * the formula is another one than ours. Absent where the bits are compared, or there is nothing to compare.
   */
  ulpsAllowed?(task: Task): number | null;
}
