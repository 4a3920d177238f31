/** What a step of several passes is made of: the words in which a rule says it. */
import type { MatrixProduct } from './matrices/matrix-product.js';
import type { Numbers } from './option-table.js';
import type { Parameter, Words } from './params.js';
import type { Grid } from './shape.js';
import type { FloatArray } from './types.js';

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
   * Which tensors: those with a gradient (`present`, the default); of these only the ones that are walked row by row (`grids`); the
   * same ones as `present`, for a kernel that reads no gradient (`stepped`); `all`, where gradients are not there yet; those that turned
   * out to have none (`absent`); or those of the pass before (`again`). The kernels of the last four read no gradient. Or those that the
   * step was told a Hessian of (`hessian`), which stands in the gradient's place.
   */
  readonly over?: 'present' | 'grids' | 'stepped' | 'all' | 'absent' | 'again' | 'hessian';
  /** What stands in the gradients' place, for kernels over `all`: of each tensor an array like it, of our own. */
  readonly bound?: readonly FloatArray[];
  /** Whether the tensors of a row take part, of those that `over` says and `write` writes for; all do where it is absent. */
  only?(row: Row<Options>): boolean;
  /** The names of what the kernel adds up, in its order. */
  readonly sums?: readonly string[];
  /** The whole name of the kernel of tensors that are walked row by row, where it is another. */
  readonly factored?: string;
  /**
   * Slots that are written before it, by their names: of rows and columns, of a shape of their own, or, beside those, as long as the
   * tensor.
   * Asked for each tensor that takes part.
   */
  write?(row: Row<Options>): Written;
  /** A slot like the tensors, used within a step only, that is filled before it, of each tensor that takes part. */
  readonly fill?: Fill<Options>;
  /** What is kept of the parameters before it, where that is not what the options' weight decay says. */
  keep?(row: Row<Options>): number;
  /** Its coefficients, for the tensors of a row; none where it is absent. */
  numbers?(row: Row<Options>): readonly number[];
}

/** What a slot is filled with. */
export interface Fill<Options extends object> {
  /** The name of the slot. */
  readonly slot: string;
  /**
   * What writes its numbers, of the tensor of a row: from the first on, stretch by stretch, into arrays of the tensor's type. Asked of the
   * tensors in their order.
   */
  numbers(row: Row<Options>): (stretch: FloatArray) => void;
}

/** Numbers for slots of a tensor, by their names. Each is rounded to the slot's type. */
export type Written = Readonly<Record<string, Float64Array>>;

/** What the pass before has added up, of the tensors that took part in it. */
export interface Sums {
  /** Over the elements of one tensor. */
  of(tensor: number, name: string): number;
  /** Over all tensors, one after the other. */
  all(name: string): number;
  /** The largest of all tensors, of what is a largest number; a NaN is passed over. */
  most(name: string): number;
  /** Of a tensor that is walked row by row: one of the pass' sums, of each row. It lasts until the next pass. */
  rows(tensor: number, name: string): Float64Array;
  /**
   * What is added up of each column of its matrices. `fold` puts bands of rows together: `added` or `larger` of
   * src/numerics/combine.ts. To be asked for once a pass: it writes over what it reads.
   */
  columns(tensor: number, fold: (a: number, b: number) => number): Float64Array;
}

/** What a rule may know of its tensors. */
export interface Tensors {
  /** How many elements one has. */
  length(tensor: number): number;
  /** How it is walked row by row; null for one that is not. */
  grid(tensor: number): Grid | null;
  /** A copy of a slot, by its name: one that a rule also writes. */
  read(tensor: number, slot: string): Float64Array;
  /** A product of matrices, with the same bits on every backend. */
  multiply(product: MatrixProduct): void;
  /** Of each tensor, a slot of several arrays (`times`): the arrays themselves, one after the other. */
  several(slot: string): readonly FloatArray[];
  /** Arrays like the tensors. */
  arrays(): readonly FloatArray[];
  /** Copies a slot of all tensors into such arrays; and back. */
  copy(slot: string, into: readonly FloatArray[]): void;
  restore(slot: string, from: readonly FloatArray[]): void;
}

/** What came in for a step; all lists are in the order of the parameters. */
export interface Incoming {
  readonly parameters: readonly Parameter[];
  readonly words: Words;
  readonly gradients: readonly (FloatArray | null)[];
  /** The Hessian's diagonal. */
  readonly hessian: readonly (FloatArray | null)[];
  /** How many steps a tensor has taken. */
  taken(tensor: number): number;
}

/** What a step begins from. */
export interface Step<Options extends object> {
  /** The options of the first group. */
  readonly options: Numbers<Options>;
  /** Those of all groups. */
  readonly groups: readonly Numbers<Options>[];
  /** The optimizer's step: 1 is the first. */
  readonly t: number;
  /** The scalars of the whole model, before it. */
  readonly model: Scalars;
  /** For rules that have `slotAccess`. */
  readonly tensors: Tensors;
  /** The loss that the gradients are of, for a rule that goes by it (`byLoss`); else NaN. With a closure, that of its last answer. */
  readonly loss: number;
  /** Whether it was told a Hessian's diagonal, for a rule that goes by it (`byHessian`). */
  readonly hessian: boolean;
}

/** What is left behind when the last pass is over. */
export interface After<Options extends object> {
  /** The scalars of the tensors of a row. What `advance` says, where this is absent. */
  scalars?(row: Row<Options>): Scalars;
  /** Slots of a tensor, like those that a pass has written before it. */
  write?(row: Row<Options>): Written;
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
