// Where a parameter is before a step moves it, what decays by itself having decayed; and the way back there.
import { P, S5, uses } from "../uses";
import { STRIDE, put, vector } from "../vec";

export function origin(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    let origin = vector(originAt + i);

    origin = p;

    put(originAt + i, origin);
  }
  return uses(P | S5, S5);
}

export function origin_back(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const origin = vector(originAt + i);

    p = origin;

    put(pAt + i, p);
  }
  return uses(P | S5, P);
}
