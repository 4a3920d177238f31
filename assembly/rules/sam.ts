// Sharpness-aware minimization, over any rule: up the slope, and back to the `origin` that was left there.
import { G, P, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul } from "../vec";

export function sam_ascend(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  const scale = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let origin = vector(originAt + i);

    origin = p;
    p = add(p, mul(g, scale));

    put(pAt + i, p);
    put(originAt + i, origin);
  }
  return uses(P | G | S5, P | S5);
}
