// RAdam: while the variance of the second moment cannot be told (rectified = 0), a step of momentum alone.
import { STRIDE, coefficient, put, vector, add, div, mul, select, sqrt, sub } from "../vec";

export function radam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const rectified = coefficient(c, 6);
  const one = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(mul(m, stepSize), select(rectified, add(sqrt(v), epsilon), one)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
