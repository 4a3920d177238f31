/** Eigenvalues and eigenvectors of a symmetric matrix. */
import { solve } from './implicit-ql.js';
import { doubles, turned } from './lines.js';
import { largest, scaleOf } from './scale.js';
import { tridiagonal } from './tridiagonal.js';

/** They belong together by their places. */
export interface Eigen {
  /** Descending; of equal ones, as they were found. */
  readonly values: Float64Array;
  /** The columns of a matrix: orthogonal, of length 1, the largest element of each (the first of such) above zero. */
  readonly vectors: Float64Array;
}

// Whether a vector's largest element is below zero.
function pointsDown(vectors: Float64Array, from: number, n: number): boolean {
  let most = 0;
  for (let i = from; i < from + n; i++) if (Math.abs(vectors[i]!) > Math.abs(most)) most = vectors[i]!;
  return most < 0;
}

/**
 * Of a matrix of n rows, in additions, products, quotients and roots of one fixed order: Householder's reflections make it tridiagonal,
 * QL steps solve that. The values are as far from the true ones as a few roundings of the largest. Where a number is not finite, all
 * are NaN.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const size = largest(matrix);
  if (Number.isNaN(size)) return { values: doubles(n).fill(size), vectors: doubles(n * n).fill(size) };
  const scale = size === 0 ? 1 : scaleOf(size);
  const work = doubles(n * n);
  for (let i = 0; i < work.length; i++) work[i] = matrix[i]! * scale;
  const solved = tridiagonal(work, n);
  solve(solved);
  const { diagonal, columns } = solved;
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const values = doubles(n);
  // What was worked on is needed no more.
  for (const [to, from] of order.entries()) {
    values[to] = diagonal[from]! / scale;
    const down = pointsDown(columns, from * n, n);
    for (let i = 0; i < n; i++) work[to * n + i] = down ? -columns[from * n + i]! : columns[from * n + i]!;
  }
  return { values, vectors: turned(work, n, n) };
}
