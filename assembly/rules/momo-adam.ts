// MoMo in Adam's metric, in two passes: Adam's averages, with what the step size is made of; then the step, whose weight decay
// stands before it or after it. The root of the second bias correction is folded into the coefficients: scale is that root,
// epsilon = eps scale.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function momo$adam_moments(
  n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize, vAt: usize, slopeAt: usize, sizeAt: usize, wayAt: usize,
): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const scale = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let d = vector(dAt + i);
    let v = vector(vAt + i);
    const slope = lanes(slopeAt, i);
    const size = lanes(sizeAt, i);
    const way = lanes(wayAt, i);

    d = add(mul(d, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(slope, g, p);
    plus(size, d, div(mul(d, scale), add(sqrt(v), epsilon)));
    plus(way, d, p);

    put(dAt + i, d);
    put(vAt + i, v);
  }
  return uses(P | G | S0 | S1, S0 | S1, 3);
}

export function momo$adam(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize, vAt: usize): i32 {
  const before = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  const after = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const d = vector(dAt + i);
    const v = vector(vAt + i);

    p = mul(sub(mul(p, before), div(mul(d, stepSize), add(sqrt(v), epsilon))), after);

    put(pAt + i, p);
  }
  return uses(P | S0 | S1, P);
}
