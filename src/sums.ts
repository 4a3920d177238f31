/** What a pass has added up: the parts' numbers, which a kernel leaves behind, put together in one order. */
import { type Grids, type Kernel, maxSums, partsOf, sidesOf } from './backends/backend.js';
import { larger } from './numerics/combine.js';
import type { Sums } from './pass.js';
import { bandsOf } from './shape.js';

/** Where the numbers of each tensor begin, and, at the end, how many there are. */
export function beginsOf(counts: readonly number[]): number[] {
  const begins = [0];
  for (const count of counts) begins.push(begins.at(-1)! + count);
  return begins;
}

/** The sums of one optimizer's tensors. */
export class TensorSums implements Sums {
  readonly #kernel: Pick<Kernel, 'sums' | 'rowSums' | 'columnSums'>;
  readonly #grids: Grids;
  readonly #begins: readonly number[];
  readonly #rows: readonly number[];
  readonly #columns: readonly number[];
  #names: readonly string[] = [];
  #tookPart: (tensor: number) => boolean = () => true;

  constructor(
    kernel: Pick<Kernel, 'sums' | 'rowSums' | 'columnSums'>,
    lengths: readonly number[],
    grids: Grids = [],
  ) {
    this.#kernel = kernel;
    this.#grids = grids;
    const all = lengths.map((_, i) => grids[i] ?? null);
    this.#begins = beginsOf(lengths.map((length, i) => partsOf(length, all[i]!)));
    this.#rows = beginsOf(all.map(grid => sidesOf([grid]).rows));
    this.#columns = beginsOf(all.map(grid => sidesOf([grid]).columns));
  }

  /** From now on they are those of this pass. */
  are(names: readonly string[], tookPart: (tensor: number) => boolean): void {
    this.#names = names;
    this.#tookPart = tookPart;
  }

  of(tensor: number, name: string): number {
    const place = this.#names.indexOf(name);
    if (place < 0 || !this.#tookPart(tensor)) return 0;
    let sum = 0;
    for (let part = this.#begins[tensor]!; part < this.#begins[tensor + 1]!; part++)
      sum += this.#kernel.sums[part * maxSums + place]!;
    return sum;
  }

  all(name: string): number {
    let sum = 0;
    for (let tensor = 0; tensor < this.#begins.length - 1; tensor++) sum += this.of(tensor, name);
    return sum;
  }

  most(name: string): number {
    const place = this.#names.indexOf(name);
    let most = 0;
    for (let tensor = 0; tensor < this.#begins.length - 1; tensor++) {
      if (!this.#tookPart(tensor)) continue;
      for (let part = this.#begins[tensor]!; part < this.#begins[tensor + 1]!; part++)
        most = larger(most, this.#kernel.sums[part * maxSums + place]!);
    }
    return most;
  }

  rows(tensor: number, name: string): Float64Array {
    const begin = this.#rows[tensor]!;
    const count = (this.#rows[tensor + 1]! - begin) / maxSums;
    const at = begin + this.#names.indexOf(name) * count;
    return this.#kernel.rowSums.subarray(at, at + count);
  }

  columns(tensor: number, fold: (a: number, b: number) => number): Float64Array {
    const { matrices, columns } = this.#grids[tensor]!;
    const bands = matrices === 0 ? 0 : bandsOf(this.#grids[tensor]!) / matrices;
    const of = this.#kernel.columnSums.subarray(this.#columns[tensor]!, this.#columns[tensor + 1]!);
    // In their own place, for no memory may be asked for once parameters have moved. What is written over was read before.
    for (let matrix = 0; matrix < matrices; matrix++) {
      for (let j = 0; j < columns; j++) {
        let all = 0;
        for (let band = 0; band < bands; band++) all = fold(all, of[(matrix * bands + band) * columns + j]!);
        of[matrix * columns + j] = all;
      }
    }
    return of.subarray(0, matrices * columns);
  }
}
