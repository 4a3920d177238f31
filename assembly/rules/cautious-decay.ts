// Cautious weight decay: an element decays only where its update does not lead away from zero.
import { P, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, neg, select, sign, sub } from "../vec";

export function cautious$decay(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  const zero = coefficient(c, 0);
  const rate = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const origin = vector(originAt + i);

    const against = neg(mul(sign(sub(origin, p)), sign(origin)));
    p = sub(p, select(against, zero, mul(origin, rate)));

    put(pAt + i, p);
  }
  return uses(P | S5, P);
}
