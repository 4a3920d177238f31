// The clipping of an update by its root mean square: how large it is, and a part of it.
import { lanes, plus } from "../sum";
import { P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function update$clip_size(n: usize, c: usize, pAt: usize, gAt: usize, formerAt: usize, sizeAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const former = vector(formerAt + i);
    const size = lanes(sizeAt, i);

    const u = sub(former, p);
    plus(size, u, u);
  }
  return uses(P | S0, 0, 1);
}

export function update$clip(n: usize, c: usize, pAt: usize, gAt: usize, formerAt: usize): i32 {
  const factor = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const former = vector(formerAt + i);

    p = sub(former, mul(sub(former, p), factor));

    put(pAt + i, p);
  }
  return uses(P | S0, P);
}
