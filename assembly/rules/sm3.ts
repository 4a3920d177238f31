// SM3: the second moment of a matrix is the lesser of a row's number and a column's, which are the largest moments of that row and
// that column at the step before. A vector has one for each element.
import { columns, lanes, most } from "../sum";
import { COLUMNS, G, P, ROW_FIRST, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, max, min, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const keep = coefficient(c, 0);
  const rest = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  const mu = coefficient(c, 3);
  const muRest = coefficient(c, 4);
  const lr = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = momentum ? vector(mAt + i) : p;
    let v = vector(vAt + i);

    const nu = add(mul(v, keep), mul(mul(g, g), rest));
    v = max(v, nu);
    const u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));

    put(pAt + i, p);
    if (momentum) put(mAt + i, m);
    put(vAt + i, v);
  }
}

export function sm3(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize): i32 {
  update(false, n, c, pAt, gAt, 0, vAt);
  return uses(P | G | S3, P | S3);
}

export function sm3_momentum(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  update(true, n, c, pAt, gAt, mAt, vAt);
  return uses(P | G | S2 | S3, P | S2 | S3);
}

// @ts-ignore: decorator
@inline
function updateFactored(
  momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize, rowAt: usize,
  columnAt: usize,
): void {
  const keep = coefficient(c, 0);
  const rest = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  const mu = coefficient(c, 3);
  const muRest = coefficient(c, 4);
  const lr = coefficient(c, 5);
  const byRow = number(byRowAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    const byColumn = vector(byColumnAt + i);
    let m = momentum ? vector(mAt + i) : p;
    const row = lanes(rowAt, i);
    const column = columns(columnAt, i);

    const nu = add(mul(min(byRow, byColumn), keep), mul(mul(g, g), rest));
    most(row, nu);
    most(column, nu);
    const u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));

    put(pAt + i, p);
    if (momentum) put(mAt + i, m);
  }
}

export function sm3_factored(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, rowAt: usize, columnAt: usize,
): i32 {
  updateFactored(false, n, c, pAt, gAt, byRowAt, byColumnAt, 0, rowAt, columnAt);
  return uses(P | G | S0 | S1, P, 1, 1, COLUMNS | ROW_FIRST);
}

export function sm3_momentum_factored(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize, rowAt: usize, columnAt: usize,
): i32 {
  updateFactored(true, n, c, pAt, gAt, byRowAt, byColumnAt, mAt, rowAt, columnAt);
  return uses(P | G | S0 | S1 | S2, P | S2, 1, 1, COLUMNS | ROW_FIRST);
}
