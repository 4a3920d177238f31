// Adagrad: the step shrinks with the sum of all squared gradients.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function adagrad(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize): void {
  const lr = coefficient(c, 0);
  const epsilon = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);

    s = add(s, mul(g, g));
    p = sub(p, div(mul(g, lr), add(sqrt(s), epsilon)));

    put(pAt + i, p);
    put(sAt + i, s);
  }
}
