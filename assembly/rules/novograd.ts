// NovoGrad: the average of gradients that are divided by the root of their tensor's second moment, which is one number and
// stands in `scale`.
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

export function novograd(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize): i32 {
  const beta1 = coefficient(c, 0);
  const scale = coefficient(c, 1);
  const rate = coefficient(c, 2);
  const lr = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);

    m = add(mul(m, beta1), add(mul(g, scale), mul(p, rate)));
    p = sub(p, mul(m, lr));

    put(pAt + i, p);
    put(mAt + i, m);
  }
  return uses(P | G | S0, P | S0);
}
