/** What a state dict is: an optimizer's state as a plain object, in PyTorch's shape and under PyTorch's names. */
import type { Kernel } from '../backends/backend.js';
import type { Clocks } from '../clock.js';
import type { GroupOptions } from '../options.js';
import type { Scalars } from '../pass.js';
import type { Rule } from '../rule.js';
import type { Grid, Shape } from '../shape.js';
import type { SlotNames } from '../slots.js';
import type { Dtype, FloatArray } from '../types.js';

/** One parameter's state: its step count, slots (`exp_avg`) and scalars (`mu_product`). */
export interface ParameterState {
  /** Steps that this parameter took. */
  step: number;
  [slotOrScalar: string]: FloatArray | number;
}

/** What `stateDict()` gives. */
export interface StateDict {
  /**
   * By parameter: its name, or its place in the list. One that never had a gradient has no entry, as in PyTorch; but for
   * `Adagrad`, whose sums are there from construction on.
   */
  state: Record<string, ParameterState>;
  /** The options of each group in snake_case, and the keys of its parameters. */
  param_groups: Record<string, unknown>[];
  /** Steps of the optimizer, which schedules go by. Where it is absent, the largest step count of a parameter. */
  steps?: number;
  /** Numbers of the whole model, by their names, for an optimizer that has such: `d` of Prodigy. */
  model?: Readonly<Record<string, number>>;
  /**
   * What the learning rates of each group remember, by option, where there are any that do (`ReduceLROnPlateau`); in the order
   * of `param_groups`.
   */
  schedules?: Record<string, readonly unknown[]>[];
}

/** A tensor as its state is concerned. */
export interface StatefulTensor<Options extends object> {
  readonly name: string;
  /** Whether that name was given, in a record; in a list it is the place. */
  readonly named: boolean;
  readonly dtype: Dtype;
  readonly length: number;
  /** Its dimensions; a vector where none were given. */
  readonly shape: Shape;
  readonly options: GroupOptions<Options>;
  /** The flags of its kernel. */
  readonly flags: readonly string[];
  /** How it is walked row by row, where it is. */
  readonly grid: Grid | null;
  readonly slots: SlotNames;
  /** The shapes of these slots. */
  readonly slotShapes: readonly Shape[];
  /** Their types. */
  readonly slotDtypes: readonly Dtype[];
}

/** An optimizer as its state is concerned. */
export interface Stateful<Options extends object> {
  readonly rule: Rule<Options>;
  readonly kernel: Kernel;
  readonly tensors: readonly StatefulTensor<Options>[];
  readonly groups: readonly GroupOptions<Options>[];
  readonly clocks: Clocks<Options>;
  readonly steps: number;
  /** Scalars of the whole model. */
  readonly model: Scalars;
}

/** An option's name in a state dict. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
