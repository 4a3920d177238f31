// Adaptive sharpness-aware minimization: how large the gradient is where each element is measured by its own size
// (`asam.size`), and the way up the slope.
import { lanes, plus } from "../sum";
import { G, P, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, abs, add, mul } from "../vec";

export function asam_size(n: usize, c: usize, pAt: usize, gAt: usize, sizeAt: usize): i32 {
  const share = coefficient(c, 0);
  const eta = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const size = lanes(sizeAt, i);

    const w = add(mul(abs(p), share), eta);
    const scaled = mul(g, w);
    plus(size, scaled, scaled);
  }
  return uses(P | G, 0, 1);
}

export function asam_ascend(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  const share = coefficient(c, 0);
  const eta = coefficient(c, 1);
  const scale = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let origin = vector(originAt + i);

    origin = p;
    const w = add(mul(abs(p), share), eta);
    p = add(p, mul(mul(mul(g, w), w), scale));

    put(pAt + i, p);
    put(originAt + i, origin);
  }
  return uses(P | G | S5, P | S5);
}
