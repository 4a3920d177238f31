// Quasi-hyperbolic momentum: a step along both the gradient and its average. The learning rate is in both weights.
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

export function qhm(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  const mu = coefficient(c, 0);
  const muRest = coefficient(c, 1);
  const gStep = coefficient(c, 2);
  const bStep = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let b = vector(bAt + i);

    b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, add(mul(g, gStep), mul(b, bStep)));

    put(pAt + i, p);
    put(bAt + i, b);
  }
}
