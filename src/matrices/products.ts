/** Products of matrices of doubles, by a backend. */
import { doubles } from './lines.js';
import type { MatrixProduct } from './matrix-product.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Who multiplies. */
export interface Multiplier {
  multiply(product: MatrixProduct): void;
}

/** A factor: its numbers, and whether its columns are meant for its rows. */
export interface Factor {
  readonly at: Float64Array;
  readonly turned?: boolean;
}

/** left right, of so many rows and columns, added up over so many. */
export function product(
  by: Multiplier,
  [rows, columns, depth]: readonly [rows: number, columns: number, depth: number],
  left: Factor,
  right: Factor,
  symmetric = false,
): Float64Array {
  const out = doubles(rows * columns);
  by.multiply({
    left: left.at,
    right: right.at,
    out,
    rows,
    columns,
    depth,
    leftTurned: left.turned ?? false,
    rightTurned: right.turned ?? false,
    symmetric,
  });
  return out;
}

/** A matrix of so many rows and columns. */
export interface Sided {
  readonly rows: number;
  readonly columns: number;
}

/** A side of a matrix: what lies along it are its rows, or its columns. */
export type Side = 'rows' | 'columns';

/** G Gᵀ of the side of rows, Gᵀ G of that of columns: symmetric to the bit. */
export function square(by: Multiplier, g: Float64Array, of: Sided, side: Side): Float64Array {
  const n = of[side];
  const depth = of[side === 'rows' ? 'columns' : 'rows'];
  const turned = side === 'columns';
  return product(by, [n, n, depth], { at: g, turned }, { at: g, turned: !turned }, true);
}

/** S X, where S is a matrix of the side of rows; X S of that of columns. */
export function times(
  by: Multiplier,
  x: Float64Array,
  { rows, columns }: Sided,
  side: Side,
  s: Factor,
): Float64Array {
  const shape = [rows, columns, side === 'rows' ? rows : columns] as const;
  return side === 'rows' ? product(by, shape, s, { at: x }) : product(by, shape, { at: x }, s);
}

/** The powers that an inverse root is taken to: how many roots are taken of 1 / w. */
export type Roots = 0 | 1 | 2;

/**
 * The inverse of a symmetric matrix (no root), the inverse of its root (one) or of its fourth root (two): V diag(w^e) Vᵀ, symmetric to the
 * bit. An eigenvalue counts for no less than `least`.
 */
export function inverseRoot(
  by: Multiplier,
  matrix: Float64Array,
  n: number,
  roots: Roots,
  least: number,
): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  // Half of the power for each of the two factors.
  const halves = values.map(value => {
    let power = 1 / (value > least ? value : least);
    for (let k = 0; k <= roots; k++) power = Math.sqrt(power);
    return power;
  });
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) vectors[i * n + j] = vectors[i * n + j]! * halves[j]!;
  return product(by, [n, n, n], { at: vectors }, { at: vectors, turned: true }, true);
}
