// SGDP: momentum, whose update loses its part along the parameter where the gradient stands upright on it. The first pass brings the
// momentum forward and adds up, of each row of a matrix, what says whether it does, and the part itself. `along` is then that part over
// the parameter, a number for each row; 0 where nothing is taken away.
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, mul, sub } from "../vec";

export function sgdp_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize, productAt: usize, gradientAt: usize, weightAt: usize, updateAt: usize,
): i32 {
  const mu = coefficient(c, 0);
  const rest = coefficient(c, 1);
  const bPart = coefficient(c, 2);
  const gPart = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let b = vector(bAt + i);
    const product = lanes(productAt, i);
    const gradient = lanes(gradientAt, i);
    const weight = lanes(weightAt, i);
    const update = lanes(updateAt, i);

    b = add(mul(b, mu), mul(g, rest));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, add(mul(b, bPart), mul(g, gPart)), p);

    put(bAt + i, b);
  }
  return uses(P | G | S1, S1, 4);
}

// @ts-ignore: decorator
@inline
function update(nesterov: bool, factored: bool, n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, bAt: usize): void {
  const mu = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  const keep = coefficient(c, 2);
  const along = factored ? number(alongAt) : keep;
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = nesterov ? vector(gAt + i) : p;
    const b = vector(bAt + i);

    const u = nesterov ? add(mul(b, mu), g) : b;
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));

    put(pAt + i, p);
  }
}

export function sgdp(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  update(false, false, n, c, pAt, gAt, 0, bAt);
  return uses(P | S1, P);
}

export function sgdp_factored(n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, bAt: usize): i32 {
  update(false, true, n, c, pAt, gAt, alongAt, bAt);
  return uses(P | S0 | S1, P, 0, 0, ROW_FIRST);
}

export function sgdp_nesterov(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  update(true, false, n, c, pAt, gAt, 0, bAt);
  return uses(P | G | S1, P);
}

export function sgdp_nesterov_factored(n: usize, c: usize, pAt: usize, gAt: usize, alongAt: usize, bAt: usize): i32 {
  update(true, true, n, c, pAt, gAt, alongAt, bAt);
  return uses(P | G | S0 | S1, P, 0, 0, ROW_FIRST);
}
