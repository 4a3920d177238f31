// D-Adapt Adam, whose step goes by an estimate d of how far away the solution is. The first pass adds up what the estimate is made
// of, with the averages as they were, and brings them forward; the second moves the parameter.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, S2, uses } from "../uses";
import { STRIDE, coefficient, put, vector, abs, add, div, mul, sqrt, sub } from "../vec";

export function dadapt$adam_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, sAt: usize, productAt: usize, sizeAt: usize,
): i32 {
  const beta1 = coefficient(c, 0);
  const gradientStep = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const root2 = coefficient(c, 4);
  const sumStep = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  const one = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let s = vector(sAt + i);
    const product = lanes(productAt, i);
    const size = lanes(sizeAt, i);

    plus(product, g, div(s, add(sqrt(v), epsilon)));
    m = add(mul(m, beta1), mul(g, gradientStep));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, root2), mul(g, sumStep));
    plus(size, abs(s), one);

    put(mAt + i, m);
    put(vAt + i, v);
    put(sAt + i, s);
  }
  return uses(G | S0 | S1 | S2, S0 | S1 | S2, 2);
}

export function dadapt$adam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  const keep = coefficient(c, 0);
  const epsilon = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const m = vector(mAt + i);
    const v = vector(vAt + i);

    p = sub(mul(p, keep), div(m, add(sqrt(v), epsilon)));

    put(pAt + i, p);
  }
  return uses(P | S0 | S1, P);
}
