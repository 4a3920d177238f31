/** The orthogonal factor of a square matrix: Q of A = Q R, where R is triangular. */
import { doubles, turned } from './lines.js';
import { reflect, reflectionOf } from './reflections.js';
import { largest, scaleOf } from './scale.js';

/**
 * Of a matrix of n rows, by Householder's reflections, in additions, products, quotients and roots of one fixed order. No number on R's
 * diagonal is below zero, so Q is the only one where the columns of A are independent; where they are not, Q is orthogonal all the same.
 * Where a number is not finite, all are NaN.
 */
export function orthogonalFactor(matrix: Float64Array, n: number): Float64Array {
  const size = largest(matrix);
  if (Number.isNaN(size)) return doubles(n * n).fill(size);
  // Columns as rows.
  const columns = turned(matrix, n, n);
  const scale = size === 0 ? 1 : scaleOf(size);
  for (let i = 0; i < columns.length; i++) columns[i] = columns[i]! * scale;
  const [factors, q] = [doubles(n), doubles(n * n)];
  const turnsDown: boolean[] = [];
  for (let k = 0; k < n; k++) {
    const { first, factor } = reflectionOf(columns.subarray(k * n, (k + 1) * n), k, n);
    factors[k] = factor;
    turnsDown[k] = first < 0;
    if (factor === 0) continue;
    for (let j = k + 1; j < n; j++) reflect(columns, k * n + k, factor, columns, j * n + k, n - k);
  }
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 1; k >= 0; k--) {
    if (factors[k] === 0) continue;
    for (let j = k; j < n; j++) reflect(columns, k * n + k, factors[k]!, q, j * n + k, n - k);
  }
  for (let k = 0; k < n; k++) if (turnsDown[k]) for (let i = k * n; i < (k + 1) * n; i++) q[i] = -q[i]!;
  return turned(q, n, n);
}
