// Gradient centralization: a row of the gradient loses its mean. The gradient that the rule is given takes the parameter's place
// here, and is read nowhere.
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S0, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, sub } from "../vec";

export function centralize_total(n: usize, c: usize, pAt: usize, gAt: usize, totalAt: usize): i32 {
  const one = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const total = lanes(totalAt, i);

    plus(total, g, one);
  }
  return uses(G, 0, 1);
}

export function centralize(n: usize, c: usize, pAt: usize, gAt: usize, meanAt: usize): i32 {
  const mean = number(meanAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = sub(g, mean);

    put(pAt + i, p);
  }
  return uses(G | S0, P, 0, 0, ROW_FIRST);
}
