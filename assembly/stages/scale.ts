// The gradient times a factor: a gradient scale, `maximize` (the factor's sign), or both.
import { STRIDE, coefficient, put, mul, vector } from "../vec";

export function scale(n: usize, c: usize, pAt: usize, gAt: usize): void {
  const factor = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let g = vector(gAt + i);

    g = mul(g, factor);

    put(gAt + i, g);
  }
}
