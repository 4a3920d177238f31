/** A basis of eigenvectors that follows a matrix as it changes: one step of the power iteration at a time. */

import { doubles } from './lines.js';
import { orthogonalFactor } from './orthogonal-factor.js';
import { type Multiplier, product, type Side, type Sided } from './products.js';

/** A basis, its vectors as columns, and where each of them was before. */
export interface Followed {
  readonly basis: Float64Array;
  /** By place of now: the place before. */
  readonly order: readonly number[];
}

// By what the matrix is along each vector, largest first; as it was where that cannot be told.
function orderOf(basis: Float64Array, moved: Float64Array, n: number): number[] {
  const along = doubles(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) along[j] = along[j]! + basis[i * n + j]! * moved[i * n + j]!;
  const places = Array.from(along.keys());
  return along.every(Number.isFinite) ? places.sort((a, b) => along[b]! - along[a]!) : places;
}

/** The columns of a matrix in another order. */
export function columnsIn(order: readonly number[], matrix: Float64Array, rows: number): Float64Array {
  const n = order.length;
  const to = doubles(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) to[i * n + j] = matrix[i * n + order[j]!]!;
  return to;
}

/** What lies along a side of a matrix in another order. */
export function ordered(
  order: readonly number[],
  x: Float64Array,
  { rows, columns }: Sided,
  side: Side,
): Float64Array {
  if (side === 'columns') return columnsIn(order, x, rows);
  const to = doubles(x.length);
  for (const [i, from] of order.entries())
    to.set(x.subarray(from * columns, (from + 1) * columns), i * columns);
  return to;
}

/** The basis, ordered by what the symmetric matrix is along its vectors, times the matrix, made orthogonal again. */
export function follow(by: Multiplier, matrix: Float64Array, basis: Float64Array, n: number): Followed {
  const moved = product(by, [n, n, n], { at: matrix }, { at: basis });
  const order = orderOf(basis, moved, n);
  return { basis: orthogonalFactor(columnsIn(order, moved, n), n), order };
}
