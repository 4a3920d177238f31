// QHAdam: between the gradient and its average, over the root of what is between its square and the average of that.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function qhadam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const gradientStep = coefficient(c, 4);
  const momentStep = coefficient(c, 5);
  const squareWeight = coefficient(c, 6);
  const averageWeight = coefficient(c, 7);
  const epsilon = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    const square = mul(g, g);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(square, beta2Rest));
    const between = add(mul(square, squareWeight), mul(v, averageWeight));
    p = sub(p, div(add(mul(g, gradientStep), mul(m, momentStep)), add(sqrt(between), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}
