import type { MatrixProduct } from '../matrices/matrix-product.js';
import type { KernelModules } from '../rule.js';
import { bandsOf, type Grid } from '../shape.js';
import type { AddressOf } from '../territory.js';
import type { FloatArray } from '../types.js';

/** A row of numbers for a step, in the shared array of a kernel: the stages' three, then the rule's coefficients. */
export const row = { factor: 0, rate: 1, keep: 2, coefficients: 3, length: 15 } as const;

/** The most slots that a rule has, and the letters that a kernel counts. */
export const maxSlots = 6;

/** The most sums that a kernel has. */
export const maxSums = 4;

/** So many elements of a tensor are added up by themselves. No cut of the work falls within them, so none can change a sum. */
export const blockLength = 4096;

/**
 * The work on whole matrices that there is, among the kernels; and the slot that it works on. Its coefficients are a size, three
 * numbers a, b and c, and how many times: X = X / size, then so many times A = X Xᵀ, X = a X + (b A + c A A) X, for each matrix of a
 * grid, which lies on its side where it has more rows than columns. No stage is before it.
 */
export const newtonSchulz = 'newton-schulz';
export const wholeSlot = 3;

/** How many elements a slot has: none, as many as its parameter, one for each row of a grid, one for each column of its matrices. */
export const extent = { none: 0, full: 1, row: 2, column: 3 } as const;

/** The grids of tensors, in their order. */
export type Grids = readonly (Grid | null)[];

/** How many elements a slot of this extent has, of a tensor of so many. */
export function extentLength(of: number, length: number, grid: Grid | null): number {
  if (grid === null || of < extent.row) return length;
  return grid.matrices * (of === extent.row ? grid.rows : grid.columns);
}

/** How many parts of a tensor have sums of their own: bands of a grid, or blocks. */
export const partsOf = (length: number, grid: Grid | null): number =>
  grid === null ? Math.ceil(length / blockLength) : bandsOf(grid);

/** How many numbers all sums of rows are (`rowSums`), and those of the columns of bands. */
export function sidesOf(grids: Grids): { readonly rows: number; readonly columns: number } {
  let [rows, columns] = [0, 0];
  for (const grid of grids) {
    if (grid === null) continue;
    rows += maxSums * grid.matrices * grid.rows;
    columns += bandsOf(grid) * grid.columns;
  }
  return { rows, columns };
}

/** In `rowOf`: this tensor sits out the step. */
export const skipped = 0xffffffff;

/** What runs rules. */
export interface Backend {
  readonly name: 'native' | 'wasm';
  /** `avx512`, `avx2`, `sse2`, `neon`, or `simd128` for WebAssembly. */
  readonly instructionSet: string;
  /** How many threads a step may use. */
  readonly threads: number;
  /**
   * The variants by name, `adam.amsgrad`; a variant's place in this list is its number in `variantOf`. On WebAssembly it has those that
   * were brought along by what was prepared, in their order.
   */
  readonly variants: readonly string[];
  /** Where an array's memory is; absent where that cannot be told. */
  readonly addressOf?: AddressOf;
  /**
   * Registers tensors once and allocates their slots, zeroed. `kept` says for each tensor and letter (maxSlots of them) which
   * `extent` that slot has. The parameters must have been checked.
   *
   * @param grids of the tensors that are walked row by row, null for others; absent where there are none
   * @param whole whether there will be work on whole matrices, which needs room
   * @param kernels where the tensors' kernels are on WebAssembly, as far as it does not have them
   */
  prepare(
    params: readonly FloatArray[],
    kept: Uint8Array,
    grids?: Grids,
    whole?: boolean,
    kernels?: readonly KernelModules[],
  ): Kernel;
}

/** A list of tensors with their slots, on one backend. It checks nothing: `Optimizer` has. */
export interface Kernel {
  /** [tensors][row.length]: the numbers of a step. */
  readonly rows: Float64Array;
  /** [tensors]: the row that a tensor reads at this step, or `skipped`. */
  readonly rowOf: Uint32Array;
  /** [tensors]: the kernel that a tensor is updated with, an index of `Backend.variants`. */
  readonly variantOf: Uint32Array;
  /**
   * [parts of all tensors][maxSums]: what a kernel with sums has added up, of each block of elements, or each band of a grid; a
   * tensor's parts follow those of the tensors before it. A tensor that sits out leaves its numbers as they are, and so does a kernel that
   * has no such sum.
   */
  readonly sums: Float64Array;
  /** [maxSums][rows] of each grid: of a kernel over it, each of its sums, of each row. */
  readonly rowSums: Float64Array;
  /** [bands of all grids][columns]: what it has added up of each column, in each band. */
  readonly columnSums: Float64Array;
  /** The gradients of the steps to come, like their parameters; null for a tensor that has none. */
  bind(gradients: readonly (FloatArray | null)[]): void;
  /**
   * Moves the parameters: `params` is where they are from the next step on, `sources` where each is read at its next
   * step, null where that is its place already. The arrays are like those that were prepared.
   */
  move(params: readonly FloatArray[], sources: readonly (FloatArray | null)[]): void;
  /** Updates parameters and slots. */
  run(): void;
  /**
   * The same on another thread, where the backend has one; until the promise is settled nothing else of the kernel may be
   * called. `held` is kept alive until then. Rejects with a BackendError where the step could not begin, and did not.
   */
  runAsync(held: object): Promise<void>;
  /** A product of matrices that are nobody's slots, between two runs. Throws a BackendError where it finds no memory. */
  multiply(product: MatrixProduct): void;
  /** Copies elements of a slot, from this one on, into an array of its type. */
  read(tensor: number, slot: number, into: FloatArray, from: number): void;
  /** Copies an array into a slot of its type, to this element and those that follow. */
  write(tensor: number, slot: number, values: FloatArray, at: number): void;
  /** Frees the slots. */
  dispose(): void;
}
