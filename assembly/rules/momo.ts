// MoMo, in two passes: the average of the gradients, with what the step size is made of; then the step, whose weight decay
// stands before it or after it, as TypeScript says.
import { lanes, plus } from "../sum";
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

export function momo_moments(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize, slopeAt: usize, sizeAt: usize, wayAt: usize): i32 {
  const beta = coefficient(c, 0);
  const betaRest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let d = vector(dAt + i);
    const slope = lanes(slopeAt, i);
    const size = lanes(sizeAt, i);
    const way = lanes(wayAt, i);

    d = add(mul(d, beta), mul(g, betaRest));
    plus(slope, g, p);
    plus(size, d, d);
    plus(way, d, p);

    put(dAt + i, d);
  }
  return uses(P | G | S0, S0, 3);
}

export function momo(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize): i32 {
  const before = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  const after = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const d = vector(dAt + i);

    p = mul(sub(mul(p, before), mul(d, stepSize)), after);

    put(pAt + i, p);
  }
  return uses(P | S0, P);
}
