// Coupled weight decay (L2 regularisation): the parameter's pull is part of the gradient that the rule sees.
import { STRIDE, add, coefficient, put, mul, vector } from "../vec";

export function decay(n: usize, c: usize, pAt: usize, gAt: usize): void {
  const rate = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    let g = vector(gAt + i);

    g = add(g, mul(p, rate));

    put(gAt + i, g);
  }
}
