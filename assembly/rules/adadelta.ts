// Adadelta: the step is the ratio of two averages, of past steps `a` and of gradients `s`, under one root.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function adadelta(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, aAt: usize): void {
  const lr = coefficient(c, 0);
  const rho = coefficient(c, 1);
  const rhoRest = coefficient(c, 2);
  const epsilon = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);
    let a = vector(aAt + i);

    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    const d = mul(sqrt(div(add(a, epsilon), add(s, epsilon))), g);
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));

    put(pAt + i, p);
    put(sAt + i, s);
    put(aAt + i, a);
  }
}
