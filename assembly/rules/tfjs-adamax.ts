// TensorFlow.js' Adamax: epsilon is added to the norm at the division, and the norm keeps a NaN.
// stepSize = lr / bc1.
import { STRIDE, coefficient, put, vector, abs, add, div, max, mul, select, sub } from "../vec";

export function tfjs$adamax(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, uAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const stepSize = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let u = vector(uAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    const d = mul(u, beta2);
    u = select(d, max(d, abs(g)), add(d, abs(g)));
    p = sub(p, mul(div(m, add(u, epsilon)), stepSize));

    put(pAt + i, p);
    put(mAt + i, m);
    put(uAt + i, u);
  }
}
