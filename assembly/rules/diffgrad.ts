// diffGrad: Adam, whose step is smaller where the gradient hardly changes, by the logistic function of how much it does.
// stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the root as it is. Both divisors are in one.
import { STRIDE, coefficient, put, vector, abs, add, div, mul, neg, sqrt, sub } from "../vec";
import { exponential } from "../words/exponential";

export function diffgrad(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, beforeAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const one = coefficient(c, 6);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let before = vector(beforeAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const friction = add(exponential(neg(abs(sub(before, g)))), one);
    before = g;
    p = sub(p, div(mul(m, stepSize), mul(add(sqrt(v), epsilon), friction)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    put(beforeAt + i, before);
  }
}
