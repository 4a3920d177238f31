// Decoupled weight decay: the parameter shrinks by itself before the rule moves it, keep = 1 - lr weightDecay.
import { STRIDE, coefficient, put, mul, vector } from "../vec";

export function shrink(n: usize, c: usize, pAt: usize, gAt: usize): void {
  const keep = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);

    p = mul(p, keep);

    put(pAt + i, p);
  }
}
