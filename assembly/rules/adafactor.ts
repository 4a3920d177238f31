// Adafactor, in three passes. Of a matrix: the squares of the gradient by rows and by columns; then, as of a vector, the squares
// of the parameter and of the update; then the update. A row's number times a column's is the second moment; of a vector
// that is `v`. The numbers of Shazeer and Stern have `added` above 0 and no `least`, those of PyTorch the other
// way round.
import { columns, lanes, plus } from "../sum";
import { COLUMNS, G, P, ROW_FIRST, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, max, mul, sqrt, sub } from "../vec";

export function adafactor_squares(n: usize, c: usize, pAt: usize, gAt: usize, rowAt: usize, columnAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const row = lanes(rowAt, i);
    const column = columns(columnAt, i);

    plus(row, g, g);
    plus(column, g, g);
  }
  return uses(G, 0, 1, 0, COLUMNS);
}

// @ts-ignore: decorator
@inline
function measure(
  factored: bool, n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, vAt: usize, weightAt: usize,
  updateAt: usize,
): void {
  const added = coefficient(c, 0);
  const rest = coefficient(c, 1);
  const least = coefficient(c, 2);
  const byRow = factored ? number(byRowAt) : least;
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const byColumn = factored ? vector(byColumnAt + i) : p;
    let v = !factored ? vector(vAt + i) : p;
    const weight = lanes(weightAt, i);
    const update = lanes(updateAt, i);

    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const u = div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v)));
    plus(weight, p, p);
    plus(update, u, u);
  }
}

export function adafactor_size(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, weightAt: usize, updateAt: usize): i32 {
  measure(false, n, c, pAt, gAt, 0, 0, vAt, weightAt, updateAt);
  return uses(P | G | S2, 0, 2);
}

export function adafactor_factored_size(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, weightAt: usize, updateAt: usize,
): i32 {
  measure(true, n, c, pAt, gAt, byRowAt, byColumnAt, 0, weightAt, updateAt);
  return uses(P | G | S0 | S1, 0, 2, 0, ROW_FIRST);
}

// @ts-ignore: decorator
@inline
function update(
  factored: bool, momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, vAt: usize,
  mAt: usize,
): void {
  const added = coefficient(c, 0);
  const rest = coefficient(c, 1);
  const least = coefficient(c, 2);
  const keep = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const beta1 = coefficient(c, 5);
  const beta1Rest = coefficient(c, 6);
  const byRow = factored ? number(byRowAt) : least;
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    const byColumn = factored ? vector(byColumnAt + i) : p;
    let v = !factored ? vector(vAt + i) : p;
    let m = momentum ? vector(mAt + i) : p;

    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const u = mul(div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v))), stepSize);
    if (momentum) m = add(mul(m, beta1), mul(u, beta1Rest));
    p = sub(mul(p, keep), momentum ? m : u);

    put(pAt + i, p);
    if (!factored) put(vAt + i, v);
    if (momentum) put(mAt + i, m);
  }
}

export function adafactor(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize): i32 {
  update(false, false, n, c, pAt, gAt, 0, 0, vAt, 0);
  return uses(P | G | S2, P | S2);
}

export function adafactor_momentum(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, mAt: usize): i32 {
  update(false, true, n, c, pAt, gAt, 0, 0, vAt, mAt);
  return uses(P | G | S2 | S3, P | S2 | S3);
}

export function adafactor_factored(n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize): i32 {
  update(true, false, n, c, pAt, gAt, byRowAt, byColumnAt, 0, 0);
  return uses(P | G | S0 | S1, P, 0, 0, ROW_FIRST);
}

export function adafactor_momentum_factored(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize,
): i32 {
  update(true, true, n, c, pAt, gAt, byRowAt, byColumnAt, 0, mAt);
  return uses(P | G | S0 | S1 | S3, P | S3, 0, 0, ROW_FIRST);
}
