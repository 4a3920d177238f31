// Adaptive gradient clipping: a row of the gradient is multiplied by what its norm may be, over what it is. The parameter is read
// from its place, and the gradient that the rule is given written in it.
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S0, uses } from "../uses";
import { STRIDE, number, put, vector, mul } from "../vec";

export function agc_norms(n: usize, c: usize, pAt: usize, gAt: usize, weightAt: usize, gradientAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const weight = lanes(weightAt, i);
    const gradient = lanes(gradientAt, i);

    plus(weight, p, p);
    plus(gradient, g, g);
  }
  return uses(P | G, 0, 2);
}

export function agc(n: usize, c: usize, pAt: usize, gAt: usize, factorAt: usize): i32 {
  const factor = number(factorAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = mul(g, factor);

    put(pAt + i, p);
  }
  return uses(G | S0, P, 0, 0, ROW_FIRST);
}
