// Where a parameter is before its rule moves it; what decays by itself has decayed.
import { P, S0, uses } from "../uses";
import { STRIDE, put, vector } from "../vec";

export function former(n: usize, c: usize, pAt: usize, gAt: usize, formerAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    let former = vector(formerAt + i);

    former = p;

    put(formerAt + i, former);
  }
  return uses(P | S0, S0);
}
