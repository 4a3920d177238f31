/** A symmetric matrix as Q T Qᵀ, where T has numbers on its diagonal and beside it alone. */
import { dot, doubles } from './lines.js';
import { reflect, reflectionOf } from './reflections.js';

/** T, and the columns of Q, each as a row. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Beside the diagonal; the last number is 0. */
  readonly beside: Float64Array;
  readonly columns: Float64Array;
}

// What is left of the matrix once a reflection was taken from both sides: A - v wᵀ - w vᵀ, symmetric to the bit.
function takeBoth(a: Float64Array, n: number, k: number, factor: number, p: Float64Array): void {
  const v = k * n;
  for (let i = k + 1; i < n; i++) p[i] = factor * dot(a, i * n + k + 1, a, v + k + 1, n - k - 1);
  const half = (factor / 2) * dot(p, k + 1, a, v + k + 1, n - k - 1);
  for (let i = k + 1; i < n; i++) p[i] = p[i]! - half * a[v + i]!;
  for (let i = k + 1; i < n; i++) {
    const [vi, wi] = [a[v + i]!, p[i]!];
    for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - (vi * p[j]! + wi * a[v + j]!);
  }
}

/** Writes over the matrix, of n rows, whose elements are at most 1. */
export function tridiagonal(a: Float64Array, n: number): Tridiagonal {
  const [diagonal, beside, factors] = [doubles(n), doubles(n), doubles(n)];
  const [p, columns] = [doubles(n), doubles(n * n)];
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k]!;
    if (k + 1 === n) break;
    // Row k is column k; the reflection's v stays there.
    const { first, factor } = reflectionOf(a.subarray(k * n, (k + 1) * n), k + 1, n);
    beside[k] = first;
    factors[k] = factor;
    if (factor !== 0) takeBoth(a, n, k, factor, p);
  }
  for (let i = 0; i < n; i++) columns[i * n + i] = 1;
  // The last reflection first: those before it find zeros where they do nothing.
  for (let k = n - 2; k >= 0; k--) {
    if (factors[k] === 0) continue;
    for (let i = k + 1; i < n; i++) reflect(a, k * n + k + 1, factors[k]!, columns, i * n + k + 1, n - k - 1);
  }
  return { diagonal, beside, columns };
}
