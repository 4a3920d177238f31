// Adam-mini: Adam with one second moment for each block, a row of a grid. `byRow` is then the block's step: lr over what Adam
// divides by. Where each element is a block it is Adam itself, whose bias corrections are folded into the coefficients.
import { G, P, ROW_FIRST, S0, S1, S2, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(factored: bool, n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const byRow = factored ? number(byRowAt) : beta1;
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = !factored ? vector(vAt + i) : p;

    m = add(mul(m, beta1), mul(g, beta1Rest));
    if (!factored) v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, factored ? mul(m, byRow) : div(mul(m, stepSize), add(sqrt(v), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    if (!factored) put(vAt + i, v);
  }
}

export function adam$mini(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  update(false, n, c, pAt, gAt, 0, mAt, vAt);
  return uses(P | G | S1 | S2, P | S1 | S2);
}

export function adam$mini_factored(n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, mAt: usize): i32 {
  update(true, n, c, pAt, gAt, byRowAt, mAt, 0);
  return uses(P | G | S0 | S1, P | S1, 0, 0, ROW_FIRST);
}
