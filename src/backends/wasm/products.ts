/** Products of matrices on WebAssembly: blocks of them pass through the tiles, which are one stretch of memory here. */
import { newArray } from '../../memory.js';
import type { Grid } from '../../shape.js';
import type { Dtype, FloatArray } from '../../types.js';
import type { Grids } from '../backend.js';
import type { Kernels } from './exports.js';
import { places, type Tiles } from './tiles.js';

// A block of the result has so many rows and columns, and is added up over so much of k at a time. Rows of the right factor are no
// multiple of a cache's page apart, so that a column of vectors does not lie in a few of its sets.
const [blockRows, blockColumns, blockDepth] = [56, 136, 256];

// Rows and columns that the kernel computes at a time, of which a block has whole numbers.
const rowsOfTile = 4;
const upTo = (n: number, step: number): number => Math.ceil(n / step) * step;

/** A matrix, row by row. */
interface Dense {
  readonly at: FloatArray;
  readonly columns: number;
}

/** out = a b, or alpha c + beta a b. */
interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Dense;
  readonly b: Dense;
  /** Whether columns of b are its rows. */
  readonly turned?: boolean;
  readonly out: FloatArray;
  readonly c?: FloatArray;
  readonly alpha?: number;
  readonly beta?: number;
  /** Whether the result is symmetric: then its lower half is computed, and copied. */
  readonly symmetric?: boolean;
}

/** What is done to whole matrices of one optimizer. Its room is there before a step, in which nothing may fail. */
export class WholeMatrices {
  readonly #room: Readonly<Record<Dtype, { readonly other: FloatArray; readonly square: FloatArray }>>;
  readonly #memory: Readonly<Record<Dtype, FloatArray>>;

  constructor({ lanes }: Tiles, dtypes: readonly Dtype[], grids: Grids) {
    this.#memory = lanes;
    const longest = (dtype: Dtype, of: (grid: Grid) => number) =>
      grids.reduce(
        (most, grid, i) => (grid === null || dtypes[i] !== dtype ? most : Math.max(most, of(grid))),
        0,
      );
    const roomOf = (dtype: Dtype) => ({
      other: newArray(
        dtype,
        longest(dtype, ({ rows, columns }) => rows * columns),
      ),
      square: newArray(
        dtype,
        longest(dtype, ({ rows, columns }) => {
          const side = rows * columns === 0 ? 0 : Math.min(rows, columns);
          return side * side;
        }),
      ),
    });
    this.#room = { float32: roomOf('float32'), float64: roomOf('float64') };
  }

  /** Newton and Schulz' iteration over the matrices of a slot; `numbers` are a size, a, b, c, and how many times. */
  newtonSchulz(kernels: Kernels, dtype: Dtype, slot: FloatArray, grid: Grid, numbers: Float64Array): void {
    const { matrices, rows, columns } = grid;
    const length = rows * columns;
    for (let from = 0; length > 0 && from < matrices * length; from += length)
      this.#orthogonalize(kernels, dtype, slot.subarray(from, from + length), grid, numbers);
  }

  #orthogonalize(
    kernels: Kernels,
    dtype: Dtype,
    u: FloatArray,
    { rows, columns }: Grid,
    numbers: Float64Array,
  ): void {
    const turns = rows > columns;
    const [m, n] = turns ? [columns, rows] : [rows, columns];
    // In the elements' type.
    const [size, a, b, c] =
      Float32Array === u.constructor ? Float32Array.from(numbers.subarray(0, 4)) : numbers;
    const other = this.#room[dtype].other.subarray(0, m * n);
    const square = this.#room[dtype].square.subarray(0, m * m);
    for (let i = 0; i < u.length; i++) u[i] = u[i]! / size!;
    let [x, next] = [u, other];
    if (turns) {
      turn(next, u, rows, columns);
      [x, next] = [next, x];
    }
    for (let step = 0; step < numbers[4]!; step++) {
      // A is where X will be, which needs it no more.
      const A = next.subarray(0, m * m);
      this.#multiply(kernels, dtype, {
        m,
        n: m,
        k: n,
        a: { at: x, columns: n },
        b: { at: x, columns: n },
        turned: true,
        out: A,
        symmetric: true,
      });
      const whole = { at: A, columns: m };
      this.#multiply(kernels, dtype, {
        m,
        n: m,
        k: m,
        a: whole,
        b: whole,
        out: square,
        c: A,
        alpha: b!,
        beta: c!,
        symmetric: true,
      });
      this.#multiply(kernels, dtype, {
        m,
        n,
        k: m,
        a: { at: square, columns: m },
        b: { at: x, columns: n },
        out: next,
        c: x,
        alpha: a!,
        beta: 1,
      });
      [x, next] = [next, x];
    }
    if (turns) {
      if (x === u) {
        next.set(x);
        [x, next] = [next, x];
      }
      turn(u, x, m, n);
    } else if (x !== u) u.set(x);
  }

  #multiply(kernels: Kernels, dtype: Dtype, product: Product): void {
    const { m, n, k, out, c, symmetric = false } = product;
    const size = dtype === 'float32' ? 4 : 8;
    const memory = this.#memory[dtype];
    // Places among the memory's elements, one behind the other.
    const aAt = places.p / size;
    const bAt = aAt + blockRows * blockDepth;
    const outAt = bAt + blockDepth * blockColumns;
    const cAt = outAt + blockRows * blockColumns;
    for (let j = 0; j < n; j += blockColumns) {
      const columns = Math.min(blockColumns, n - j);
      const vectors = upTo(columns, 32 / size);
      for (let q = 0; q < k; q += blockDepth) {
        const depth = Math.min(blockDepth, k - q);
        loadRight(memory, bAt, product, q, depth, j, columns);
        for (let i = 0; i < m; i += blockRows) {
          const rows = Math.min(blockRows, m - i);
          if (symmetric && j >= i + rows) continue;
          for (let r = 0; r < rows; r++) copyRow(memory, aAt + r * blockDepth, product.a, i + r, q, depth);
          const own = { at: out, columns: n };
          if (q > 0)
            for (let r = 0; r < rows; r++) copyRow(memory, outAt + r * blockColumns, own, i + r, j, columns);
          kernels.product(
            upTo(rows, rowsOfTile),
            vectors,
            depth,
            aAt * size,
            blockDepth * size,
            bAt * size,
            blockColumns * size,
            outAt * size,
            blockColumns * size,
            q > 0 ? 1 : 0,
          );
          if (c !== undefined && q + depth === k) {
            const whole = { at: c, columns: n };
            for (let r = 0; r < rows; r++) copyRow(memory, cAt + r * blockColumns, whole, i + r, j, columns);
            kernels.combine(
              rows * blockColumns * size,
              outAt * size,
              cAt * size,
              product.alpha!,
              product.beta!,
            );
          }
          for (let r = 0; r < rows; r++) {
            const from = outAt + r * blockColumns;
            out.set(memory.subarray(from, from + columns), (i + r) * n + j);
          }
        }
      }
    }
    if (symmetric)
      for (let i = 0; i < m; i++) for (let j = i + 1; j < m; j++) out[i * m + j] = out[j * m + i]!;
  }
}

/** Copies a part of a row of a matrix. */
function copyRow(
  memory: FloatArray,
  to: number,
  { at, columns }: Dense,
  row: number,
  from: number,
  count: number,
): void {
  const begin = row * columns + from;
  memory.set(at.subarray(begin, begin + count), to);
}

/** Copies rows q and on of the right factor, from column j on. */
function loadRight(
  memory: FloatArray,
  to: number,
  { b, turned = false }: Product,
  q: number,
  depth: number,
  j: number,
  columns: number,
): void {
  if (!turned) for (let r = 0; r < depth; r++) copyRow(memory, to + r * blockColumns, b, q + r, j, columns);
  else
    for (let i = 0; i < columns; i++) {
      const line = (j + i) * b.columns + q;
      for (let r = 0; r < depth; r++) memory[to + r * blockColumns + i] = b.at[line + r]!;
    }
}

// A matrix of so many rows as one of so many columns, in squares that stay in a cache.
const square = 32;
function turn(to: FloatArray, from: FloatArray, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += square) {
    const bottom = Math.min(rows, top + square);
    for (let left = 0; left < columns; left += square) {
      const right = Math.min(columns, left + square);
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) to[j * rows + i] = from[i * columns + j]!;
    }
  }
}
