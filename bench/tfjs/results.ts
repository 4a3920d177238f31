/** What the races of the drop-in leave behind: the format of their `--json`, and what every report is made of. */
import type { Run } from '../results.js';

/** The version of the format. It changes when a reader of an older one would misread. */
export const schema = { name: 'lanestep-bench-tfjs', version: 1 } as const;

/** A whole run. */
export interface Results extends Run {
  readonly schema: typeof schema.name;
  readonly version: typeof schema.version;
  /** Of TensorFlow.js. */
  readonly tfjs: string;
  readonly cases: readonly CaseResult[];
}

/** Which table a case stands in. */
export type Group = 'adam' | 'optimizers' | 'fit';

/** A backend of TensorFlow.js. */
export type Backend = 'cpu' | 'wasm';

export const backends: readonly Backend[] = ['cpu', 'wasm'];

/** A case, and its races. */
export interface CaseResult {
  /** Unique and stable between versions: `adam/1e6`, `adam/1000x100`. */
  readonly id: string;
  readonly group: Group;
  /** A line for people: `adam, 1,000 variables of 100`. */
  readonly title: string;
  /** `adam`, `rmsprop centered`. */
  readonly optimizer: string;
  readonly variables: number;
  /** Of all variables together. */
  readonly elements: number;
  readonly races: readonly Race[];
}

/** Stock against the drop-in. Both had the same bits where they had taken the same steps. */
export interface Sides {
  readonly stock: Side;
  readonly dropIn: Side;
}

/** The two on one backend. */
export interface Race extends Sides {
  readonly backend: Backend;
}

/** One of the two. */
export interface Side {
  /** Seconds of a step, one for each round: the k-th samples of both were taken one after the other. */
  readonly samples: readonly number[];
  /** How much of it was spent in `applyGradients`; null where that is all there is to a step. */
  readonly updates: readonly number[] | null;
  /** Steps taken in all. */
  readonly steps: number;
}
