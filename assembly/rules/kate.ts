// KATE: Adagrad without its square root. Below stands the sum of the squared gradients itself, above the root of
// another sum, so that a step is of Adagrad's size. g / denominator is in both lines: one division does for two.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function kate(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, bAt: usize): void {
  const lr = coefficient(c, 0);
  const eta = coefficient(c, 1);
  const epsilon = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let b = vector(bAt + i);

    const square = mul(g, g);
    b = add(b, square);
    const ratio = div(g, add(b, epsilon));
    m = add(add(m, mul(square, eta)), mul(g, ratio));
    p = sub(p, mul(mul(sqrt(m), lr), ratio));

    put(pAt + i, p);
    put(mAt + i, m);
    put(bAt + i, b);
  }
}
