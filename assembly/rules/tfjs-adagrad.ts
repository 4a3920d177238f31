// TensorFlow.js' Adagrad: epsilon stands under the root.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function tfjs$adagrad(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize): void {
  const lr = coefficient(c, 0);
  const epsilon = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);

    s = add(s, mul(g, g));
    p = sub(p, mul(div(g, sqrt(add(s, epsilon))), lr));

    put(pAt + i, p);
    put(sAt + i, s);
  }
}
