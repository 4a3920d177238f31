// Adan: averages of the gradient, of its difference from the one before, and of the square of both together. The bias
// corrections are folded into the coefficients. With the flag, the parameter is divided by 1 + lr weightDecay at the end.
import { G, P, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, select, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(prox: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, sqAt: usize, beforeAt: usize): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const beta3 = coefficient(c, 4);
  const beta3Rest = coefficient(c, 5);
  const mStep = coefficient(c, 6);
  const vStep = coefficient(c, 7);
  const epsilon = coefficient(c, 8);
  const begins = coefficient(c, 9);
  const proximal = coefficient(c, 10);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let sq = vector(sqAt + i);
    let before = vector(beforeAt + i);

    const d = sub(g, select(begins, g, before));
    const s = add(g, mul(d, beta2));
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(d, beta2Rest));
    sq = add(mul(sq, beta3), mul(mul(s, s), beta3Rest));
    before = g;
    p = sub(p, div(add(mul(m, mStep), mul(v, vStep)), add(sqrt(sq), epsilon)));
    if (prox) p = div(p, proximal);

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    put(sqAt + i, sq);
    put(beforeAt + i, before);
  }
  return uses(P | G | S0 | S1 | S2 | S3, P | S0 | S1 | S2 | S3);
}

export function adan(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, sqAt: usize, beforeAt: usize): i32 {
  return update(false, n, c, pAt, gAt, mAt, vAt, sqAt, beforeAt);
}

export function adan_prox(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, sqAt: usize, beforeAt: usize): i32 {
  return update(true, n, c, pAt, gAt, mAt, vAt, sqAt, beforeAt);
}
