// Cautious weight decay: an element decays only where its update does not lead away from zero.
import { P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, neg, select, sign, sub } from "../vec";

export function cautious$decay(n: usize, c: usize, pAt: usize, gAt: usize, formerAt: usize): i32 {
  const zero = coefficient(c, 0);
  const rate = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const former = vector(formerAt + i);

    const against = neg(mul(sign(sub(former, p)), sign(former)));
    p = sub(p, select(against, zero, mul(former, rate)));

    put(pAt + i, p);
  }
  return uses(P | S0, P);
}
