// TensorFlow.js' Adadelta: the step is divided by the root of the average before this step's gradient.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function tfjs$adadelta(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, aAt: usize): void {
  const lr = coefficient(c, 0);
  const rho = coefficient(c, 1);
  const rhoRest = coefficient(c, 2);
  const epsilon = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);
    let a = vector(aAt + i);

    const d = mul(div(sqrt(add(a, epsilon)), sqrt(add(s, epsilon))), g);
    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));

    put(pAt + i, p);
    put(sAt + i, s);
    put(aAt + i, a);
  }
}
