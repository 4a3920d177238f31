/** What is raced: the same steps, by whoever can take them. */

/** The steps to be taken. All arrays start from `start(i)` and their gradients are `gradient(i)`, see data.ts. */
export interface Task {
  /** The class in lanestep: `Adam`, `RMSprop` … */
  readonly optimizer: string;
  /** All of its options, in lanestep's names, with PyTorch's numbers. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: 'float32' | 'float64';
  /** The length of each tensor. */
  readonly lengths: readonly number[];
  /** Whether the gradients come as the same array objects at each step, or as new ones. */
  readonly gradients: 'same' | 'new';
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

/**
 * Gets ready for a task, or tells in a few words why it cannot: `has no float64`. A module of a contestant is loaded in a
 * process of its own, so whatever it loads or sets concerns nobody else.
 */
export type Prepare = (task: Task) => Ready | string;
