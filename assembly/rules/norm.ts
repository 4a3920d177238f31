// The sum of the gradient's squares: what clipping by a norm is computed from, and what shows that a number is not finite.
import { BLOCK, LANES, lanes, plus } from "../sum";
import { G, uses } from "../uses";
import { STRIDE, vector } from "../vec";

// @ts-ignore: decorator
@inline
function element(gAt: usize, size: usize): void {
  const g = vector(gAt);

  plus(size, g, g);
}

// All whole blocks of a tile at once, four of floats or two of doubles: no addition waits for the one before, and memory is
// read in several places, faster than in one.
const FLIGHT: usize = 16 / sizeof<Lane>();

export function norm(n: usize, c: usize, pAt: usize, gAt: usize, sizeAt: usize): i32 {
  let i: usize = 0;
  for (; i + FLIGHT * BLOCK <= n; i += FLIGHT * BLOCK) {
    for (let k = i; k < i + BLOCK; k += STRIDE) {
      const size = lanes(sizeAt, k);
      element(gAt + k, size);
      element(gAt + k + BLOCK, size + LANES);
      if (FLIGHT == 4) element(gAt + k + 2 * BLOCK, size + 2 * LANES);
      if (FLIGHT == 4) element(gAt + k + 3 * BLOCK, size + 3 * LANES);
    }
  }
  for (; i < n; i += STRIDE) element(gAt + i, lanes(sizeAt, i));
  return uses(G, 0, 1);
}
