// Sophia, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that stands in the place of
// `g`, and its average is h.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, neg, sub } from "../vec";

export function sophia_hessian(n: usize, c: usize, pAt: usize, gAt: usize, hAt: usize): i32 {
  const beta2 = coefficient(c, 0);
  const beta2Rest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let h = vector(hAt + i);

    h = add(mul(h, beta2), mul(g, beta2Rest));

    put(hAt + i, h);
  }
  return uses(G | S1, S1);
}

export function sophia(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, hAt: usize): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const gamma = coefficient(c, 2);
  const epsilon = coefficient(c, 3);
  const rho = coefficient(c, 4);
  const lr = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    const h = vector(hAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    const u = div(m, max(epsilon, mul(h, gamma)));
    p = sub(p, mul(max(neg(rho), min(rho, u)), lr));

    put(pAt + i, p);
    put(mAt + i, m);
  }
  return uses(P | G | S0 | S1, P | S0);
}
