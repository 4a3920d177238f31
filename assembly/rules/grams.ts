// Grams: as far as Adam goes, in the direction against the gradient.
import { STRIDE, coefficient, put, vector, abs, add, div, mul, sign, sqrt, sub } from "../vec";

export function grams(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(mul(mul(sign(g), abs(m)), stepSize), add(sqrt(v), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
