// AdaMod: Adam, whose rate of each element is at most its own average over the steps. stepSize = lr sqrt(bc2) / bc1; epsilon
// stands beside the root as it is.
import { STRIDE, coefficient, put, vector, add, div, min, mul, sqrt, sub } from "../vec";

export function adamod(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, averageAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const beta3 = coefficient(c, 4);
  const beta3Rest = coefficient(c, 5);
  const stepSize = coefficient(c, 6);
  const epsilon = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let average = vector(averageAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const rate = div(stepSize, add(sqrt(v), epsilon));
    average = add(mul(average, beta3), mul(rate, beta3Rest));
    p = sub(p, mul(min(rate, average), m));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    put(averageAt + i, average);
  }
}
