/** The eigenvalues of a tridiagonal matrix: QL steps with implicit shifts, as EISPACK's `imtql2` takes them. */
import type { Tridiagonal } from './tridiagonal.js';

// Two or three steps are usual; nobody has seen thirty.
const mostSteps = 60;

const precision = 2 ** -52;

// The end of the block that begins at l: where a number beside the diagonal is nothing beside its neighbours on it.
function endOf({ diagonal, beside }: Tridiagonal, l: number): number {
  const last = diagonal.length - 1;
  let m = l;
  while (m < last) {
    const near = Math.abs(diagonal[m]!) + Math.abs(diagonal[m + 1]!);
    if (Math.abs(beside[m]!) <= precision * near) break;
    m++;
  }
  return m;
}

// Turns the columns i and i + 1 of what becomes the eigenvectors, which are rows here.
function turn(columns: Float64Array, n: number, i: number, s: number, c: number): void {
  const [at, next] = [i * n, (i + 1) * n];
  for (let k = 0; k < n; k++) {
    const [x, y] = [columns[at + k]!, columns[next + k]!];
    columns[next + k] = s * x + c * y;
    columns[at + k] = c * x - s * y;
  }
}

// One step over the block [l, m].
function step({ diagonal: d, beside: e, columns }: Tridiagonal, l: number, m: number): void {
  const n = d.length;
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.sqrt(g * g + 1);
  g = d[m]! - d[l]! + e[l]! / (g < 0 ? g - r : g + r);
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // It has fallen into two before its time.
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    turn(columns, n, i, s, c);
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}

/** Makes the diagonal the eigenvalues, in no order, and the columns the eigenvectors. It ends, whatever the numbers are. */
export function solve(matrix: Tridiagonal): void {
  for (let l = 0; l < matrix.diagonal.length; l++) {
    for (let steps = 0; steps < mostSteps; steps++) {
      const m = endOf(matrix, l);
      if (m === l) break;
      step(matrix, l, m);
    }
  }
}
