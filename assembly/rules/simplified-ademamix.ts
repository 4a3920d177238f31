// Simplified AdEMAMix: a sum of the gradients that forgets, and the gradient itself, over the root of the second
// moment.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function simplified$ademamix(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  const momentStep = coefficient(c, 3);
  const gradientStep = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), g);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(m, momentStep), mul(g, gradientStep)), add(sqrt(v), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
