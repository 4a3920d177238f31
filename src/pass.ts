/** What a step of several passes is made of: the words in which a rule says it. */
import type { Numbers } from './option-table.js';

/** Numbers that a rule keeps for each tensor, or for the whole model, beside its slots, by PyTorch's names. */
export type Scalars = Readonly<Record<string, number>>;

/** What is known of the tensors that read one row of numbers. */
export interface Row<Options extends object> {
  readonly options: Numbers<Options>;
  /** The step that they take: 1 is the first. */
  readonly t: number;
  /** Their scalars before it. */
  readonly scalars: Scalars;
  /** The least number above zero in their type. */
  readonly least: number;
  /** A tensor among them; the only one where the rule's clock is `own`. */
  readonly tensor: number;
}

/** One walk over tensors: a kernel for each of them. */
export interface Pass<Options extends object> {
  /** The flag that the kernel has after the rule's name and the flags of the options; '' is the rule itself. */
  readonly kernel: string;
  /** Whether that is the kernel's whole name: of one that all rules have in common, or that goes by no flag. Default false. */
  readonly alone?: boolean;
  /**
   * Which tensors: those with a gradient (`present`, the default), `all`, as where gradients are not there yet, those that turned
   * out to have none (`absent`), or those of the pass before (`again`). The kernels of the last three read no gradient.
   */
  readonly over?: 'present' | 'all' | 'absent' | 'again';
  /** The names of what the kernel adds up, in its order. */
  readonly sums?: readonly string[];
  /** Its coefficients, for the tensors of a row; none where it is absent. */
  numbers?(row: Row<Options>): readonly number[];
}

/** What the pass before has added up, of the tensors that took part in it. */
export interface Sums {
  /** Over the elements of one tensor. */
  of(tensor: number, name: string): number;
  /** Over all tensors, one after the other. */
  all(name: string): number;
}

/** What a step begins from. */
export interface Step<Options extends object> {
  /** The options of the first group. */
  readonly options: Numbers<Options>;
  /** The optimizer's step: 1 is the first. */
  readonly t: number;
  /** The scalars of the whole model, before it. */
  readonly model: Scalars;
}

/** What is left behind when the last pass is over. */
export interface After<Options extends object> {
  /** The scalars of the tensors of a row. What `advance` says, where this is absent. */
  scalars?(row: Row<Options>): Scalars;
  /** Those of the model. */
  readonly model?: Scalars;
}

/**
 * A step as a generator: it yields passes, and is given their sums. `'gradients'` asks the closure for gradients where the
 * parameters are now; what the closure throws is thrown into the generator, which then brings the parameters back. What it returns is
 * taken over when all of it is done: a step that did not happen has changed nothing.
 */
export type Passes<Options extends object> = Generator<
  Pass<Options> | 'gradients',
  After<Options> | undefined,
  Sums
>;
