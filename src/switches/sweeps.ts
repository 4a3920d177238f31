/** Walks of kernels that belong to no rule, over tensors of which each has numbers of its own. */
import { type Backend, extent, type Kernel, maxSlots, row, skipped } from '../backends/backend.js';
import { variantNamed } from '../choice.js';
import { dtypeOf, lengthOf, newArray } from '../memory.js';
import type { Sums } from '../pass.js';
import type { Grid } from '../shape.js';
import { lastPlace } from '../slots.js';
import { noStages, type StageNumbers } from '../stages.js';
import { TensorSums } from '../sums.js';
import type { FloatArray } from '../types.js';

/** One walk. */
export interface Sweep {
  /** The kernel's whole name. */
  readonly kernel: string;
  /** Whether it writes its tensors. Default false. */
  readonly moves?: boolean;
  /** What it adds up, in its order. */
  readonly sums?: readonly string[];
  /** Its coefficients for a tensor; null for one that sits out. */
  numbers(tensor: number): readonly number[] | null;
  /** The stages' numbers; those that change nothing, where this is absent. */
  stages?(tensor: number): StageNumbers;
  /** For a kernel with a number for each row: these, of a tensor that takes part. */
  rows?(tensor: number): ArrayLike<number>;
}

/** Walks one after the other; each is answered with what it has added up. */
export type Sweeping = Generator<Sweep, void, Sums>;

/** A kernel over some tensors that keeps nothing from step to step. */
export class Sweeps {
  readonly kernel: Kernel;
  readonly sums: TensorSums;
  readonly #variants: readonly string[];
  readonly #arrays: readonly FloatArray[];
  readonly #grids: readonly (Grid | null)[];

  /**
   * @param arrays what it writes
   * @param grids of the tensors that are walked row by row, which have a number for each row
   * @param keeps whether a tensor that has no grid has one array more, its origin
   */
  constructor(
    backend: Backend,
    arrays: readonly FloatArray[],
    grids: readonly (Grid | null)[],
    keeps: (tensor: number) => boolean,
  ) {
    this.#variants = backend.variants;
    this.#arrays = arrays;
    this.#grids = grids;
    const kept = new Uint8Array(arrays.length * maxSlots);
    grids.forEach((grid, i) => {
      if (grid !== null) kept[i * maxSlots] = extent.row;
      else if (keeps(i)) kept[i * maxSlots + lastPlace] = extent.full;
    });
    const some = grids.some(grid => grid !== null) ? grids : [];
    this.kernel = backend.prepare(arrays, kept, some);
    this.sums = new TensorSums(
      this.kernel,
      arrays.map(array => lengthOf(array)),
      grids,
    );
  }

  /** Prepares a walk. Tells whether a tensor takes part. */
  at({ kernel: name, sums = [], numbers, stages = () => noStages, rows }: Sweep): boolean {
    const { rowOf, rows: all, variantOf } = this.kernel;
    variantOf.fill(variantNamed(this.#variants, name));
    let some = false;
    for (let i = 0; i < rowOf.length; i++) {
      const coefficients = numbers(i);
      rowOf[i] = coefficients === null ? skipped : i;
      if (coefficients === null) continue;
      some = true;
      all.set(stages(i), i * row.length);
      all.set(coefficients, i * row.length + row.coefficients);
      if (rows !== undefined) this.#writeRows(i, rows(i));
    }
    this.sums.are(sums, tensor => this.takesPart(tensor));
    return some;
  }

  #writeRows(tensor: number, numbers: ArrayLike<number>): void {
    const values = newArray(dtypeOf(this.#arrays[tensor])!, numbers.length);
    values.set(numbers);
    if (numbers.length > 0) this.kernel.write(tensor, 0, values, 0);
  }

  /** Whether a tensor takes part in the walk. */
  takesPart(tensor: number): boolean {
    return this.kernel.rowOf[tensor] !== skipped;
  }

  /** What a tensor's grid is; null where it has none. */
  grid(tensor: number): Grid | null {
    return this.#grids[tensor]!;
  }
}
