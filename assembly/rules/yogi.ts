// Yogi: Adam whose second moment moves towards the square of the gradient by a part of the square.
import { STRIDE, coefficient, put, vector, add, div, mul, sign, sqrt, sub } from "../vec";

export function yogi(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  const stepSize = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    const square = mul(g, g);
    v = sub(v, mul(mul(sign(sub(v, square)), square), beta2Rest));
    p = sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
