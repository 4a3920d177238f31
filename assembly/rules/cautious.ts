// A cautious update: an element moves only where the rule moves it against its gradient. How many do, and the update of these,
// larger for those that rest.
import { lanes, plus } from "../sum";
import { G, P, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, max, mul, sign, sub } from "../vec";

export function cautious_count(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize, countAt: usize): i32 {
  const zero = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const origin = vector(originAt + i);
    const count = lanes(countAt, i);

    const agrees = max(mul(sign(sub(origin, p)), sign(g)), zero);
    plus(count, agrees, agrees);
  }
  return uses(P | G | S5, 0, 1);
}

export function cautious(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  const zero = coefficient(c, 0);
  const scale = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    const origin = vector(originAt + i);

    const u = sub(origin, p);
    const agrees = max(mul(sign(u), sign(g)), zero);
    p = sub(origin, mul(mul(u, agrees), scale));

    put(pAt + i, p);
  }
  return uses(P | G | S5, P);
}
