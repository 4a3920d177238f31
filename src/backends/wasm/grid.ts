/** Tensors that are walked row by row: a row, or a block of its columns, passes through the tiles at a time. */
import { newArray, viewOf } from '../../memory.js';
import { added, larger } from '../../numerics/combine.js';
import type { Grid } from '../../shape.js';
import { blockLength, extent, type Kernel, maxSums } from '../backend.js';
import { letter, type Variant } from './exports.js';
import { call, type TileSums } from './sums.js';
import type { Tensor } from './tensor.js';
import { places, type Tiles } from './tiles.js';

/** Where a tensor's sums begin: by parts, rows, and columns of bands. */
export interface Begin {
  readonly part: number;
  readonly rows: number;
  readonly columns: number;
}

/** What comes before the rule, and where its coefficients are. */
interface Before {
  readonly prepare: (bytes: number) => void;
  readonly decays: boolean;
  readonly ruleAt: number;
}

/** Walks over grids of one optimizer. */
export class GridWalk {
  readonly #shared: Pick<Kernel, 'sums' | 'rowSums' | 'columnSums'>;
  readonly #columns: Float64Array;
  readonly #tileSums: TileSums;
  // Of one block, and of each row of a band. They are there before a step, in which nothing may fail.
  readonly #block = newArray('float64', maxSums) as Float64Array;
  readonly #totals: Float64Array;

  /** @param height the most rows of a band */
  constructor(
    shared: Pick<Kernel, 'sums' | 'rowSums' | 'columnSums'>,
    { columns }: Tiles,
    tileSums: TileSums,
    height: number,
  ) {
    this.#totals = newArray('float64', height * maxSums) as Float64Array;
    this.#shared = shared;
    this.#columns = columns;
    this.#tileSums = tileSums;
  }

  run(tensor: Tensor, grid: Grid, variant: Variant, begin: Begin, before: Before): void {
    const { matrices, rows, columns, height } = grid;
    const totals = this.#totals;
    let band = 0;
    for (let matrix = 0; matrix < matrices; matrix++) {
      for (let first = 0; first < rows; first += height, band++) {
        totals.fill(0, 0, height * maxSums);
        const last = Math.min(rows, first + height);
        for (let from = 0; from < columns; from += blockLength) {
          const to = Math.min(columns, from + blockLength);
          this.#columns.fill(0, 0, to - from);
          this.#loadColumns(tensor, variant, matrix * columns + from, matrix * columns + to);
          for (let i = first; i < last; i++) {
            const row = matrix * rows + i;
            this.#runRow(tensor, variant, before, row, row * columns + from, row * columns + to);
            this.#take(variant, totals, (i - first) * maxSums);
          }
          const at = begin.columns + band * columns + from;
          if (variant.columns) this.#shared.columnSums.set(this.#columns.subarray(0, to - from), at);
        }
        this.#finish(variant, totals, last - first, begin.part + band);
        this.#leaveRows(variant, totals, last - first, begin.rows + matrix * rows + first, matrices * rows);
      }
    }
  }

  // Slots of one number a column: the same for all rows of a matrix.
  #loadColumns({ slots, extents, memory, size }: Tensor, { reads }: Variant, from: number, to: number): void {
    for (let k = 0; k < slots.length; k++) {
      if (extents[k] === extent.column && reads & letter.slot(k))
        memory.set(slots[k]!.subarray(from, to), places.slots[k]! / size);
    }
  }

  // Elements of a row: they are loaded, updated, and stored.
  #runRow(
    tensor: Tensor,
    variant: Variant,
    { prepare, decays, ruleAt }: Before,
    row: number,
    from: number,
    to: number,
  ): void {
    const { dtype, size, memory, slots, extents, p, source, gradient } = tensor;
    const { run, reads, writes, at } = variant;
    const count = to - from;
    if (reads & letter.p || decays) memory.set(viewOf(source ?? p, dtype, from, to), places.p / size);
    if (reads & letter.g) memory.set(viewOf(gradient!, dtype, from, to), places.g / size);
    for (let k = 0; k < slots.length; k++) {
      if (!(reads & letter.slot(k))) continue;
      if (extents[k] === extent.full) memory.set(slots[k]!.subarray(from, to), places.slots[k]! / size);
      if (extents[k] === extent.row) memory[places.slots[k]! / size] = slots[k]![row]!;
    }
    prepare(count * size);
    if (variant.sums === 0) call(run, count * size, ruleAt, places.p, places.g, at);
    else this.#tileSums.run(variant, count, size, [ruleAt, places.p, places.g], this.#block, 0);
    const written = (place: number) => memory.subarray(place / size, place / size + count);
    if (writes & letter.p) viewOf(p, dtype, from, to).set(written(places.p));
    for (let k = 0; k < slots.length; k++)
      if (writes & letter.slot(k)) slots[k]!.set(written(places.slots[k]!), from);
  }

  // Adds a block of a row to what its row has.
  #take({ sums, largest }: Variant, totals: Float64Array, at: number): void {
    for (let k = 0; k < sums; k++) {
      const fold = (largest >> k) & 1 ? larger : added;
      totals[at + k] = fold(totals[at + k]!, this.#block[k]!);
    }
  }

  // The rows of a band, one after the other.
  #finish({ sums, largest }: Variant, totals: Float64Array, rows: number, part: number): void {
    const { sums: all } = this.#shared;
    for (let k = 0; k < sums; k++) {
      const fold = (largest >> k) & 1 ? larger : added;
      let total = 0;
      for (let i = 0; i < rows; i++) total = fold(total, totals[i * maxSums + k]!);
      all[part * maxSums + k] = total;
    }
  }

  // Sum by sum, each by rows, of which the tensor has so many.
  #leaveRows({ sums }: Variant, totals: Float64Array, rows: number, first: number, all: number): void {
    const { rowSums } = this.#shared;
    for (let k = 0; k < sums; k++)
      for (let i = 0; i < rows; i++) rowSums[first + k * all + i] = totals[i * maxSums + k]!;
  }
}
