/** A case as plain data: what an optimizer is made of and what happens to it. Its numbers follow from seed and number. */
import type { Dtype } from '../../src/types.js';
import type { Kind } from './values.js';

/** A hyper-parameter: a number, or a function of the step as the values that it goes through, over and over. */
export type PlannedNumber = number | null | readonly number[];
/** An option as it is drawn; a pair, or three, is an object, so that it is no list of values. */
export type PlannedOption =
  | PlannedNumber
  | boolean
  | string
  | null
  | { readonly pair: readonly PlannedNumber[] };

export interface PlannedTensor {
  /** What its numbers are drawn by, so that they stay when another tensor is left out. */
  readonly id: number;
  readonly dtype: Dtype;
  readonly length: number;
  /** Its dimensions, for a rule that looks at them; null for a vector. */
  readonly dimensions: readonly number[] | null;
  readonly group: number;
  /** Elements between the beginning of its buffer and itself. */
  readonly offset: number;
  readonly gradientOffset: number;
  readonly kind: Kind;
  readonly gradientKind: Kind;
}

/**
 * How a tensor is moved before a step: `carried` to another array with its numbers; `read` where it was, and written
 * elsewhere; `copied` from an array that is not its own into its own.
 */
export type Move = 'stays' | 'carried' | 'read' | 'copied';

export interface PlannedStep {
  /** By tensor: whether it has a gradient. */
  readonly present: readonly boolean[];
  /** By tensor; null where nothing is moved. */
  readonly moves: readonly Move[] | null;
}

export interface Plan {
  readonly seed: number;
  readonly number: number;
  /** The place of the rule in the list of rules. */
  readonly rule: number;
  /** By group. */
  readonly options: readonly Readonly<Record<string, PlannedOption>>[];
  readonly tensors: readonly PlannedTensor[];
  readonly shape: 'list' | 'record' | 'groups';
  /** Parameters lie beside each other in one buffer. */
  readonly together: boolean;
  /** It is a SharedArrayBuffer. */
  readonly across: boolean;
  /** The gradients of a tensor come in the same array at every step. */
  readonly sameGradients: boolean;
  /** Steps that a state, which is loaded before the first step, has behind it; null where none is loaded. */
  readonly loaded: number | null;
  readonly steps: readonly PlannedStep[];
  /** On native, at any size. */
  readonly threads: number;
}
