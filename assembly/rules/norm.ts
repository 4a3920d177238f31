// The sum of the gradient's squares: what clipping by a norm is computed from, and what shows that a number is not finite.
import { BLOCK, lanes, plus, squares } from "../sum";
import { G, uses } from "../uses";
import { STRIDE, vector } from "../vec";

export function norm(n: usize, c: usize, pAt: usize, gAt: usize, sizeAt: usize): i32 {
  let i: usize = 0;
  for (; i + BLOCK <= n; i += BLOCK) squares(lanes(sizeAt, i), gAt + i);
  for (; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const size = lanes(sizeAt, i);

    plus(size, g, g);
  }
  return uses(G, 0, 1);
}
