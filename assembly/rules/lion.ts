// Lion: the sign of an interpolation is the step; the momentum is averaged with another beta afterwards.
import { STRIDE, coefficient, put, vector, add, mul, sign, sub } from "../vec";

export function lion(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize): void {
  const lr = coefficient(c, 0);
  const beta1 = coefficient(c, 1);
  const beta1Rest = coefficient(c, 2);
  const beta2 = coefficient(c, 3);
  const beta2Rest = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);

    p = sub(p, mul(sign(add(mul(m, beta1), mul(g, beta1Rest))), lr));
    m = add(mul(m, beta2), mul(g, beta2Rest));

    put(pAt + i, p);
    put(mAt + i, m);
  }
}
