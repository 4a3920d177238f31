// Optimistic gradient descent: a step along the gradient, less one along the gradient before, which is 0 at first.
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function optimistic$sgd(n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize): void {
  const gStep = coefficient(c, 0);
  const beforeStep = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let before = vector(beforeAt + i);

    p = sub(p, sub(mul(g, gStep), mul(before, beforeStep)));
    before = g;

    put(pAt + i, p);
    put(beforeAt + i, before);
  }
}
