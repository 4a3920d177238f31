// CAME. Of a matrix, four passes: the squares of the gradient by rows and columns, which Adafactor's kernel adds up; the squares of
// the update; its average, and the squares of the distance to that by rows and columns; and the parameter. Of a vector, two:
// the squares of the update, and the parameter. A row's number and a column's are what the roots of their moments divide by:
// those of the gradient's square, and in the last pass those of the distance's.
import { columns, lanes, plus } from "../sum";
import { COLUMNS, G, P, ROW_FIRST, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function came_size(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, updateAt: usize): i32 {
  const added = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let v = vector(vAt + i);
    const update = lanes(updateAt, i);

    v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    const u = div(g, sqrt(v));
    plus(update, u, u);
  }
  return uses(G | S3, 0, 1);
}

export function came_factored_size(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, updateAt: usize,
): i32 {
  const byRow = number(byRowAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const byColumn = vector(byColumnAt + i);
    const update = lanes(updateAt, i);

    const u = mul(mul(g, byRow), byColumn);
    plus(update, u, u);
  }
  return uses(G | S0 | S1, 0, 1, 0, ROW_FIRST);
}

export function came_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize, rowAt: usize, columnAt: usize,
): i32 {
  const scale = coefficient(c, 0);
  const beta1 = coefficient(c, 1);
  const beta1Rest = coefficient(c, 2);
  const byRow = number(byRowAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const byColumn = vector(byColumnAt + i);
    let m = vector(mAt + i);
    const row = lanes(rowAt, i);
    const column = columns(columnAt, i);

    const u = mul(mul(mul(g, byRow), byColumn), scale);
    m = add(mul(m, beta1), mul(u, beta1Rest));
    const distance = sub(u, m);
    plus(row, distance, distance);
    plus(column, distance, distance);

    put(mAt + i, m);
  }
  return uses(G | S0 | S1 | S2, S2, 1, 0, ROW_FIRST | COLUMNS);
}

// @ts-ignore: decorator
@inline
function update(
  factored: bool, n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize, vAt: usize,
): void {
  const added = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  const scale = coefficient(c, 3);
  const beta1 = coefficient(c, 4);
  const beta1Rest = coefficient(c, 5);
  const lr = coefficient(c, 6);
  const byRow = factored ? number(byRowAt) : lr;
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = !factored ? vector(gAt + i) : p;
    const byColumn = factored ? vector(byColumnAt + i) : p;
    let m = vector(mAt + i);
    let v = !factored ? vector(vAt + i) : p;

    if (!factored) v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    if (!factored) m = add(mul(m, beta1), mul(mul(div(g, sqrt(v)), scale), beta1Rest));
    p = sub(p, mul(factored ? mul(mul(m, byRow), byColumn) : m, lr));

    put(pAt + i, p);
    if (!factored) put(mAt + i, m);
    if (!factored) put(vAt + i, v);
  }
}

export function came(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  update(false, n, c, pAt, gAt, 0, 0, mAt, vAt);
  return uses(P | G | S2 | S3, P | S2 | S3);
}

export function came_factored(n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, byColumnAt: usize, mAt: usize): i32 {
  update(true, n, c, pAt, gAt, byRowAt, byColumnAt, mAt, 0);
  return uses(P | S0 | S1 | S2, P, 0, 0, ROW_FIRST);
}
