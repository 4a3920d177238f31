// AdamP: Adam, whose update loses its part along the parameter where the gradient stands upright on it. The first pass brings the
// moments forward and adds up, of each row of a matrix, what says whether it does, and the part itself. `along` is then that part over
// the parameter, a number for each row; 0 where nothing is taken away. Adam's bias corrections are folded into the coefficients: the
// parts have sqrt(bc2) / bc1 in them, epsilon sqrt(bc2).
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S0, S1, S2, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function adamp_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, productAt: usize, gradientAt: usize, weightAt: usize,
  updateAt: usize,
): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const mPart = coefficient(c, 4);
  const gPart = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    const product = lanes(productAt, i);
    const gradient = lanes(gradientAt, i);
    const weight = lanes(weightAt, i);
    const update = lanes(updateAt, i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = div(add(mul(m, mPart), mul(g, gPart)), add(sqrt(v), epsilon));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, u, p);

    put(mAt + i, m);
    put(vAt + i, v);
  }
  return uses(P | G | S1 | S2, S1 | S2, 4);
}

// @ts-ignore: decorator
@inline
function update(
  nesterov: bool, factored: bool, n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, mAt: usize, vAt: usize,
): void {
  const mPart = coefficient(c, 0);
  const gPart = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  const stepSize = coefficient(c, 3);
  const keep = coefficient(c, 4);
  const along = factored ? number(alongAt) : keep;
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = nesterov ? vector(gAt + i) : p;
    const m = vector(mAt + i);
    const v = vector(vAt + i);

    const way = nesterov ? add(mul(m, mPart), mul(g, gPart)) : mul(m, mPart);
    const u = div(way, add(sqrt(v), epsilon));
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));

    put(pAt + i, p);
  }
}

export function adamp(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  update(false, false, n, c, pAt, gAt, 0, mAt, vAt);
  return uses(P | S1 | S2, P);
}

export function adamp_factored(n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, mAt: usize, vAt: usize): i32 {
  update(false, true, n, c, pAt, gAt, alongAt, mAt, vAt);
  return uses(P | S0 | S1 | S2, P, 0, 0, ROW_FIRST);
}

export function adamp_nesterov(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  update(true, false, n, c, pAt, gAt, 0, mAt, vAt);
  return uses(P | G | S1 | S2, P);
}

export function adamp_nesterov_factored(n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, mAt: usize, vAt: usize): i32 {
  update(true, true, n, c, pAt, gAt, alongAt, mAt, vAt);
  return uses(P | G | S0 | S1 | S2, P, 0, 0, ROW_FIRST);
}
