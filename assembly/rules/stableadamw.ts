// StableAdamW, in two passes: Adam's moments, with the squares of the gradient over the second moment; then Adam's step, at a rate
// that TypeScript made of their mean. The averages' decay rates are those of the step, so that no correction is left.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, max, mul, sqrt, sub } from "../vec";

export function stableadamw_moments(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, excessAt: usize): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    const excess = lanes(excessAt, i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = div(g, max(sqrt(v), epsilon));
    plus(excess, u, u);

    put(mAt + i, m);
    put(vAt + i, v);
  }
  return uses(G | S0 | S1, S0 | S1, 1);
}

export function stableadamw(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
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
