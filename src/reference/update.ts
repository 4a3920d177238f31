// One pass of the reference over a tensor: the stages, then the kernel, element by element.
import { blockLength, extent, maxSums, newtonSchulz, sidesOf, wholeSlot } from '../backends/backend.js';
import { bandsOf, type Grid } from '../shape.js';
import type { FloatArray } from '../types.js';
import { arithmetic } from './arithmetic.js';
import { firstLetters, overGrids, rules } from './index.js';
import { orthogonalize } from './products.js';
import { decay, scale, shrink } from './stages.js';
import { type Adding, Columns, lanes, largest, Sum } from './sum.js';

/** A tensor of the reference, with its slots; null for a letter that the variant leaves out. */
export interface ReferenceTensor {
  readonly p: FloatArray;
  readonly g: FloatArray;
  readonly slots: readonly (FloatArray | null)[];
  /** How it is walked row by row, where it is. */
  readonly rows?: Rows | null;
}

/** Where what is added up of rows, and of the columns of bands, is left. */
export interface SideSums {
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
}

/** How a tensor is walked row by row, and how many elements its slots have then: an `extent` for each. */
export interface Rows {
  readonly grid: Grid;
  readonly extents: readonly number[];
}

/**
 * @param kernel the kernel's name: the rule, then its flags
 * @param row the stages' three numbers, then the coefficients; each is rounded once to the tensor's type
 * @param sums [parts of the tensor][maxSums], where what the kernel adds up is left; absent where nobody asks for it
 * @param sides the same for the rows and columns of a grid
 */
export function referenceStep(
  kernel: string,
  row: readonly number[],
  tensor: ReferenceTensor,
  sums?: Float64Array,
  sides?: SideSums,
): void {
  if (kernel === newtonSchulz) {
    if (tensor.rows) orthogonalize(tensor.slots[wholeSlot]!, tensor.rows.grid, row.slice(3));
  } else if (tensor.rows) {
    const { grid } = tensor.rows;
    const { rows, columns } = sidesOf([grid]);
    const { rowSums = new Float64Array(rows), columnSums = new Float64Array(columns) } = sides ?? {};
    const parts = sums ?? new Float64Array(bandsOf(grid) * maxSums);
    stepByRows(kernel, row, tensor, tensor.rows, parts, { rowSums, columnSums });
  } else {
    stepOfRun(kernel, row, tensor, sums);
  }
}

// A run of elements. Of a row: `columns` is where it is added up by columns, too.
function stepOfRun(
  kernel: string,
  row: readonly number[],
  { p, g, slots }: ReferenceTensor,
  sums?: Float64Array,
  columns?: Float64Array,
): void {
  const [name, ...flags] = kernel.split('.') as [string, ...string[]];
  const single = p instanceof Float32Array;
  const words = arithmetic[single ? 'float32' : 'float64'];
  const round = single ? Math.fround : (x: number) => x;
  const [factor, rate, keep, ...coefficients] = row as [number, number, number, ...number[]];
  const flagged = Object.fromEntries(flags.map(flag => [flag, true]));
  // Nesterov momentum of SGD has a momentum buffer like any other.
  if (name === 'sgd' && flagged.nesterov) flagged.momentum = true;
  const place = { lane: 0, column: 0 };
  const blocks = Array.from({ length: maxSums }, () => new Sum(place));
  const adding: Adding[] = [...blocks];
  if (columns !== undefined) adding[overGrids[kernel]!.sums] = new Columns(columns, place);
  const update = (rules[kernel] ?? rules[name]!)(words, coefficients.map(round), flagged, adding);
  const [s0, s1, s2, s3, s4, s5] = kernel in firstLetters ? slots.slice(firstLetters[kernel]) : slots;
  // Millions of elements go through this loop when steps are drawn at random: it makes no lists but the rule's own.
  for (let i = 0; i < p.length; i++) {
    place.lane = i % lanes;
    place.column = i;
    let x = p[i]!;
    let d = g[i]!;
    if (factor !== 1) d = scale(words, round(factor), d);
    if (rate !== 0) d = decay(words, round(rate), x, d);
    if (keep !== 1) x = shrink(words, round(keep), x);
    const next = update(
      x,
      d,
      s0 ? s0[i]! : 0,
      s1 ? s1[i]! : 0,
      s2 ? s2[i]! : 0,
      s3 ? s3[i]! : 0,
      s4 ? s4[i]! : 0,
      s5 ? s5[i]! : 0,
    );
    if (next[0] !== undefined) p[i] = next[0];
    if (s0 && next[1] !== undefined) s0[i] = next[1];
    if (s1 && next[2] !== undefined) s1[i] = next[2];
    if (s2 && next[3] !== undefined) s2[i] = next[3];
    if (s3 && next[4] !== undefined) s3[i] = next[4];
    if (s4 && next[5] !== undefined) s4[i] = next[5];
    if (s5 && next[6] !== undefined) s5[i] = next[6];
    if (sums !== undefined && ((i + 1) % blockLength === 0 || i + 1 === p.length)) {
      const at = Math.floor(i / blockLength) * maxSums;
      for (let k = 0; k < maxSums; k++) sums[at + k] = blocks[k]!.take() ?? sums[at + k]!;
    }
  }
}

// A grid: each row like a tensor of its own. The rows of a band are added up one after the other.
function stepByRows(
  kernel: string,
  row: readonly number[],
  { p, g, slots }: ReferenceTensor,
  { grid: { matrices, rows, columns, height }, extents }: Rows,
  sums: Float64Array,
  { rowSums, columnSums }: SideSums,
): void {
  const adds = overGrids[kernel] ?? { sums: 0, columns: false };
  const fold = (into: Float64Array, at: number, from: ArrayLike<number>): void => {
    for (let k = 0; k < adds.sums; k++)
      into[at + k] = adds.largest ? largest(into[at + k]!, from[k]!) : into[at + k]! + from[k]!;
  };
  const slotOf = (k: number, matrix: number, i: number, from: number, to: number): FloatArray | null => {
    const slot = slots[k] ?? null;
    if (slot === null || extents[k] === extent.full)
      return slot?.subarray(i * columns + from, i * columns + to) ?? null;
    if (extents[k] === extent.row) {
      const Of = slot instanceof Float32Array ? Float32Array : Float64Array;
      return new Of(to - from).fill(slot[i]!);
    }
    return slot.subarray(matrix * columns + from, matrix * columns + to);
  };
  let band = 0;
  for (let matrix = 0; matrix < matrices; matrix++) {
    for (let first = 0; first < rows; first += height, band++) {
      const ofColumns = columnSums.subarray(band * columns, (band + 1) * columns);
      if (adds.columns) ofColumns.fill(0);
      sums.fill(0, band * maxSums, band * maxSums + adds.sums);
      for (let r = first; r < Math.min(rows, first + height); r++) {
        const i = matrix * rows + r;
        const total = new Float64Array(maxSums);
        for (let from = 0; from < columns; from += blockLength) {
          const to = Math.min(columns, from + blockLength);
          const part = {
            p: p.subarray(i * columns + from, i * columns + to),
            g: g.subarray(i * columns + from, i * columns + to),
            slots: slots.map((_, k) => slotOf(k, matrix, i, from, to)),
          };
          const block = new Float64Array(maxSums);
          stepOfRun(kernel, row, part, block, adds.columns ? ofColumns.subarray(from, to) : undefined);
          fold(total, 0, block);
        }
        for (let k = 0; k < adds.sums; k++) rowSums[k * matrices * rows + i] = total[k]!;
        fold(sums, band * maxSums, total);
      }
    }
  }
}
