// Prodigy: Adam, whose step goes by an estimate d of how far away the solution is. The first pass brings the averages forward
// and adds up what the estimate is made of; the second moves the parameters.
import { G, P, S0, S1, S2, S3, uses } from "../uses";
import { lanes, plus } from "../sum";
import { STRIDE, coefficient, put, vector, abs, add, div, mul, select, sqrt, sub } from "../vec";

export function prodigy_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, sAt: usize, startAt: usize, productAt: usize, sizeAt: usize,
): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const beta3 = coefficient(c, 4);
  const gradientStep = coefficient(c, 5);
  const begins = coefficient(c, 6);
  const one = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let s = vector(sAt + i);
    let start = vector(startAt + i);
    const product = lanes(productAt, i);
    const size = lanes(sizeAt, i);

    start = select(begins, p, start);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, beta3), mul(g, gradientStep));
    plus(product, g, sub(start, p));
    plus(size, abs(s), one);

    put(mAt + i, m);
    put(vAt + i, v);
    put(sAt + i, s);
    put(startAt + i, start);
  }
  return uses(P | G | S0 | S1 | S2 | S3, S0 | S1 | S2 | S3, 2);
}

export function prodigy(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  const keep = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const m = vector(mAt + i);
    const v = vector(vAt + i);

    p = sub(mul(p, keep), div(mul(m, stepSize), add(sqrt(v), epsilon)));

    put(pAt + i, p);
  }
  return uses(P | S0 | S1, P);
}
