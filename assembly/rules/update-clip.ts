// The clipping of an update by its root mean square: how large it is, and a part of it.
import { lanes, plus } from "../sum";
import { P, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function update$clip_size(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize, sizeAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const origin = vector(originAt + i);
    const size = lanes(sizeAt, i);

    const u = sub(origin, p);
    plus(size, u, u);
  }
  return uses(P | S5, 0, 1);
}

export function update$clip(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  const factor = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const origin = vector(originAt + i);

    p = sub(origin, mul(sub(origin, p), factor));

    put(pAt + i, p);
  }
  return uses(P | S5, P);
}
