// AdEMAMix: Adam with a second average of the gradients that forgets slowly, and is not corrected for having started at
// zero.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function ademamix(n: usize, c: usize, pAt: usize, gAt: usize, fastAt: usize, slowAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const beta3 = coefficient(c, 4);
  const beta3Rest = coefficient(c, 5);
  const fastStep = coefficient(c, 6);
  const slowStep = coefficient(c, 7);
  const epsilon = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let fast = vector(fastAt + i);
    let slow = vector(slowAt + i);
    let v = vector(vAt + i);

    fast = add(mul(fast, beta1), mul(g, beta1Rest));
    slow = add(mul(slow, beta3), mul(g, beta3Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(fast, fastStep), mul(slow, slowStep)), add(sqrt(v), epsilon)));

    put(pAt + i, p);
    put(fastAt + i, fast);
    put(slowAt + i, slow);
    put(vAt + i, v);
  }
}
