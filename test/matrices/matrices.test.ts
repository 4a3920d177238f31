// What is computed with whole matrices in TypeScript: eigenvalues, orthogonal factors, roots. Against what they are defined by.
import { describe, expect, it } from 'vitest';
import { follow, ordered } from '../../src/matrices/basis.js';
import type { MatrixProduct } from '../../src/matrices/matrix-product.js';
import { orthogonalFactor } from '../../src/matrices/orthogonal-factor.js';
import { inverseRoot, square, times } from '../../src/matrices/products.js';
import { symmetricEigen } from '../../src/matrices/symmetric-eigen.js';
import { multiply } from '../../src/reference/products.js';

const by = { multiply: (product: MatrixProduct) => multiply(product) };

/** Numbers of both signs, the same ones every time. */
function noise(length: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const times2 = (a: Float64Array, b: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => {
    const i = Math.floor(k / n);
    let sum = 0;
    for (let m = 0; m < n; m++) sum += a[i * n + m]! * b[m * n + (k % n)]!;
    return sum;
  });
const transposed = (a: Float64Array, n: number): Float64Array =>
  a.map((_, k) => a[(k % n) * n + Math.floor(k / n)]!);
const unit = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) ? 0 : 1));
const far = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
const large = (a: Float64Array): number => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const symmetric = (a: Float64Array, n: number): Float64Array => {
  const t = transposed(a, n);
  return a.map((x, i) => x + t[i]!);
};
const diagonal = (...values: number[]): Float64Array =>
  unit(values.length).map((x, k) => x * values[k % values.length]!);
const outer = (x: Float64Array): Float64Array =>
  Float64Array.from({ length: x.length ** 2 }, (_, k) => x[Math.floor(k / x.length)]! * x[k % x.length]!);

// [name, rows, the matrix]
const matrices: [string, number, Float64Array][] = [
  ['of no rows', 0, new Float64Array()],
  ['a number', 1, Float64Array.of(-3)],
  ['zero', 4, new Float64Array(16)],
  ['one', 5, unit(5)],
  ['two by two', 2, Float64Array.of(2, 1, 1, 2)],
  ['diagonal, in no order', 4, diagonal(3, -7, 0, 5)],
  ['noise', 6, symmetric(noise(36), 6)],
  ['more noise', 33, symmetric(noise(33 * 33, 7), 33)],
  ['of rank one', 7, outer(noise(7))],
  ['of a double eigenvalue, turned', 3, Float64Array.of(3, 1, 1, 1, 3, 1, 1, 1, 3)],
  ['of two blocks', 4, Float64Array.of(1, 2, 0, 0, 2, 1, 0, 0, 0, 0, 5, 3, 0, 0, 3, 5)],
  ['huge', 6, symmetric(noise(36, 3), 6).map(x => x * 1e300)],
  ['tiny', 6, symmetric(noise(36, 3), 6).map(x => x * 1e-300)],
  ['below the normal numbers', 3, symmetric(noise(9, 5), 3).map(x => x * 1e-312)],
  ['of the least numbers there are', 2, Float64Array.of(5e-324, 5e-324, 5e-324, 0)],
  ['of many magnitudes', 5, outer(Float64Array.of(1e-90, 1e-40, 1, 1e20, 1e80))],
];
// Roundings of as many additions, of the largest; of denormals, whole ones.
const near = (n: number, size: number) => 1e-15 * (n + 4) * size + n * 5e-324;

describe.each(matrices)('%s', (_, n, matrix) => {
  const { values, vectors } = symmetricEigen(matrix, n);

  it('has orthogonal eigenvectors, by descending eigenvalues', () => {
    expect(far(times2(transposed(vectors, n), vectors, n), unit(n))).toBeLessThan(1e-15 * (n + 4));
    expect(Array.from(values)).toEqual(Array.from(values).sort((a, b) => b - a));
  });

  it('is made of them again', () => {
    const scaled = vectors.map((x, k) => x * values[k % n]!);
    expect(far(times2(scaled, transposed(vectors, n), n), matrix)).toBeLessThanOrEqual(
      near(n, large(matrix)),
    );
  });

  it('has the largest element of each above zero', () => {
    for (let j = 0; j < n; j++) {
      const column = vectors.filter((_x, k) => k % n === j);
      expect(Math.max(...column)).toBe(large(column));
    }
  });

  it('has an orthogonal factor, whose other is triangular with nothing below zero on its diagonal', () => {
    const q = orthogonalFactor(matrix, n);
    expect(far(times2(transposed(q, n), q, n), unit(n))).toBeLessThan(1e-15 * (n + 4));
    const r = times2(transposed(q, n), matrix, n);
    const bound = near(n, large(matrix)) * 4;
    r.forEach((x, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      if (i > j) expect(Math.abs(x)).toBeLessThanOrEqual(bound);
      if (i === j) expect(x).toBeGreaterThanOrEqual(-bound);
    });
  });
});

describe('what is not finite', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%d makes all NaN, and ends',
    odd => {
      const matrix = symmetric(noise(16), 4);
      matrix[6] = odd;
      matrix[9] = odd;
      const { values, vectors } = symmetricEigen(matrix, 4);
      for (const all of [values, vectors, orthogonalFactor(matrix, 4)])
        expect(all.every(Number.isNaN)).toBe(true);
      const { order } = follow(by, matrix, unit(4), 4);
      expect(order).toEqual([0, 1, 2, 3]);
    },
  );
});

it('eigenvalues that are known: of the second differences', () => {
  const n = 20;
  const matrix = Float64Array.from({ length: n * n }, (_, k) => {
    const between = Math.abs(Math.floor(k / n) - (k % n));
    return between === 0 ? 2 : between === 1 ? -1 : 0;
  });
  const { values } = symmetricEigen(matrix, n);
  values.forEach((value, i) => {
    const k = n - i;
    expect(Math.abs(value - 4 * Math.sin((k * Math.PI) / (2 * (n + 1))) ** 2)).toBeLessThan(1e-14);
  });
});

describe('roots', () => {
  // Positive, with eigenvalues from 1e-3 on.
  const n = 8;
  const g = noise(n * n, 11);
  const matrix = square(by, g, { rows: n, columns: n }, 'rows').map((x, k) => x + (k % (n + 1) ? 0 : 1e-3));

  it.each([
    [0, 1],
    [1, 2],
    [2, 4],
  ] as const)('the inverse after %d roots, so often, is the inverse', (roots, count) => {
    const root = inverseRoot(by, matrix, n, roots, 0);
    let all = root;
    for (let k = 1; k < count; k++) all = times2(all, root, n);
    expect(far(times2(all, matrix, n), unit(n))).toBeLessThan(1e-9);
    expect(root).toEqual(transposed(root, n));
  });

  it('counts no eigenvalue for less than the least', () => {
    expect(far(inverseRoot(by, diagonal(16, 0, -1), 3, 2, 1 / 16), diagonal(0.5, 2, 2))).toBeLessThan(1e-15);
  });
});

describe('a basis', () => {
  it('follows the eigenvectors', () => {
    const n = 5;
    const turned = orthogonalFactor(noise(n * n, 3), n);
    const matrix = symmetric(
      times2(
        turned.map((x, k) => x * [1, 16, 4, 64, 256][k % n]!),
        transposed(turned, n),
        n,
      ),
      n,
    );
    let basis = unit(n);
    for (let k = 0; k < 60; k++) ({ basis } = follow(by, matrix, basis, n));
    const { vectors } = symmetricEigen(matrix, n);
    // Each is known but for its sign.
    const along = times2(transposed(vectors, n), basis, n).map(Math.abs);
    expect(far(along, unit(n))).toBeLessThan(1e-12);
  });

  it('says where its vectors were before', () => {
    const { order } = follow(by, diagonal(1, 3, 2), unit(3), 3);
    expect(order).toEqual([1, 2, 0]);
    const x = Float64Array.of(1, 2, 3, 4, 5, 6);
    const both = { rows: 3, columns: 2 };
    expect(ordered(order, x, both, 'rows')).toEqual(Float64Array.of(3, 4, 5, 6, 1, 2));
    expect(ordered(order, x, { rows: 2, columns: 3 }, 'columns')).toEqual(Float64Array.of(2, 3, 1, 5, 6, 4));
  });

  it('is multiplied from its side', () => {
    const x = Float64Array.of(1, 2, 3, 4, 5, 6);
    const of = { rows: 2, columns: 3 };
    expect(times(by, x, of, 'rows', { at: Float64Array.of(0, 1, 2, 0) })).toEqual(
      Float64Array.of(4, 5, 6, 2, 4, 6),
    );
    const third = { at: Float64Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0) };
    expect(times(by, x, of, 'columns', third)).toEqual(Float64Array.of(0, 0, 1, 0, 0, 4));
    expect(times(by, x, of, 'columns', { ...third, turned: true })).toEqual(
      Float64Array.of(3, 0, 0, 6, 0, 0),
    );
  });
});
