/** Products of matrices on WebAssembly: blocks of them pass through the tiles, which are one stretch of memory here. */
import { productsKernels } from '../../kernels.generated.js';
import type { MatrixProduct } from '../../matrices/matrix-product.js';
import { newArray } from '../../memory.js';
import type { FloatArray } from '../../types.js';
import type { CombineExport, Kernels, ProductExport } from './exports.js';
import { places } from './tiles.js';

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
export interface Product {
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

/** Their kernels. */
interface Exports {
  readonly product: ProductExport;
  readonly combine: CombineExport;
}

/** A product, by blocks; `memory` is that of the tiles. */
export function multiplyBlocks(kernels: Kernels, memory: FloatArray, product: Product): void {
  const { m, n, k, out, c, symmetric = false } = product;
  const exports = kernels.link(productsKernels[0]!) as unknown as Exports;
  const size = memory.BYTES_PER_ELEMENT;
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
        exports.product(
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
          exports.combine(
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
  if (symmetric) for (let i = 0; i < m; i++) for (let j = i + 1; j < m; j++) out[i * m + j] = out[j * m + i]!;
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
export function turn(to: FloatArray, from: FloatArray, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += square) {
    const bottom = Math.min(rows, top + square);
    for (let left = 0; left < columns; left += square) {
      const right = Math.min(columns, left + square);
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) to[j * rows + i] = from[i * columns + j]!;
    }
  }
}

/** A product of matrices of doubles by itself. */
export function multiplyMatrices(kernels: Kernels, memory: FloatArray, given: MatrixProduct): void {
  const { left, right, out, rows, columns, depth, leftTurned, rightTurned, symmetric } = given;
  let a = left;
  if (leftTurned) {
    a = newArray('float64', left.length) as Float64Array;
    turn(a, left, depth, rows);
  }
  multiplyBlocks(kernels, memory, {
    m: rows,
    n: columns,
    k: depth,
    a: { at: a, columns: depth },
    b: { at: right, columns: rightTurned ? depth : columns },
    ...(rightTurned === true && { turned: true }),
    out,
    ...(symmetric === true && { symmetric: true }),
  });
}
