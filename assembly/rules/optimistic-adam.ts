// Optimistic Adam: a step along Adam's direction, less one along the direction before, which is 0 at first. The bias
// corrections are folded into the coefficients; with Nesterov momentum the gradient has a weight of its own.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function optimistic$adam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, beforeAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const mWeight = coefficient(c, 4);
  const gWeight = coefficient(c, 5);
  const epsilonRoot = coefficient(c, 6);
  const epsilon = coefficient(c, 7);
  const rStep = coefficient(c, 8);
  const beforeStep = coefficient(c, 9);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let before = vector(beforeAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const r = div(add(mul(m, mWeight), mul(g, gWeight)), add(sqrt(add(v, epsilonRoot)), epsilon));
    p = sub(p, sub(mul(r, rStep), mul(before, beforeStep)));
    before = r;

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    put(beforeAt + i, before);
  }
}
