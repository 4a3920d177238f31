// Schedule-free RAdam: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x, which lies on
// the line through y and z. Until the variance of v can be told (`adapts`), steps go along the gradient.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, select, sqrt, sub } from "../vec";

export function schedule$free$radam(n: usize, c: usize, pAt: usize, gAt: usize, zAt: usize, vAt: usize): i32 {
  const begins = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  const adapts = coefficient(c, 3);
  const root = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const rate = coefficient(c, 6);
  const shareRest = coefficient(c, 7);
  const share = coefficient(c, 8);
  const uStep = coefficient(c, 9);
  const lr = coefficient(c, 10);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let z = vector(zAt + i);
    let v = vector(vAt + i);

    z = select(begins, p, z);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = add(select(adapts, div(mul(g, root), add(sqrt(v), epsilon)), g), mul(p, rate));
    p = add(add(mul(p, shareRest), mul(z, share)), mul(u, uStep));
    z = sub(z, mul(u, lr));

    put(pAt + i, p);
    put(zAt + i, z);
    put(vAt + i, v);
  }
  return uses(P | G | S0 | S1, P | S0 | S1);
}
