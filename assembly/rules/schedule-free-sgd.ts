// Schedule-free SGD: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x, which lies on the
// line through y and z.
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, select, sub } from "../vec";

export function schedule$free$sgd(n: usize, c: usize, pAt: usize, gAt: usize, zAt: usize): i32 {
  const begins = coefficient(c, 0);
  const shareRest = coefficient(c, 1);
  const share = coefficient(c, 2);
  const gStep = coefficient(c, 3);
  const lr = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let z = vector(zAt + i);

    z = select(begins, p, z);
    p = add(add(mul(p, shareRest), mul(z, share)), mul(g, gStep));
    z = sub(z, mul(g, lr));

    put(pAt + i, p);
    put(zAt + i, z);
  }
  return uses(P | G | S0, P | S0);
}
