// ACProp: the gradient, or its average (averaged = 1), over the second moment of the steps before it, which is that of
// the distance from the average. Where the step is not scaled (scaled = 0), it is divided by one.
import { STRIDE, coefficient, put, vector, add, div, mul, select, sqrt, sub } from "../vec";

export function acprop(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, sAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const added = coefficient(c, 4);
  const averaged = coefficient(c, 5);
  const stepSize = coefficient(c, 6);
  const scaled = coefficient(c, 7);
  const epsilon = coefficient(c, 8);
  const one = coefficient(c, 9);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let s = vector(sAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    s = add(s, added);
    p = sub(p, div(mul(select(averaged, m, g), stepSize), select(scaled, add(sqrt(s), epsilon), one)));
    const d = sub(g, m);
    s = add(mul(s, beta2), mul(mul(d, d), beta2Rest));

    put(pAt + i, p);
    put(mAt + i, m);
    put(sAt + i, s);
  }
}
