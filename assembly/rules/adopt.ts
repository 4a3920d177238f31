// ADOPT: the gradient is divided by the second moment of the steps before it, clipped, and averaged. The first step
// (begins = 1) has none, and only fills it.
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, neg, select, sqrt, sub } from "../vec";

export function adopt(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const lr = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const ceiling = coefficient(c, 6);
  const begins = coefficient(c, 7);
  const keep = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    const n = max(neg(ceiling), min(ceiling, div(g, max(epsilon, sqrt(v)))));
    m = select(begins, m, add(mul(m, beta1), mul(n, beta1Rest)));
    p = sub(mul(p, keep), mul(m, lr));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
