// LAMB, in two passes: Adam's moments with the squares of two norms, the parameter's and its update's; then the update, times
// what TypeScript made of the two. Adam's bias corrections are folded into the coefficients: scale = sqrt(bc2) / bc1,
// epsilon = eps sqrt(bc2).
import { lanes, plus } from "../sum";
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function lamb_moments(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, weightAt: usize, updateAt: usize): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const scale = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const rate = coefficient(c, 6);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    const weight = lanes(weightAt, i);
    const update = lanes(updateAt, i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    plus(weight, p, p);
    plus(update, u, u);

    put(mAt + i, m);
    put(vAt + i, v);
  }
  return uses(P | G | S0 | S1, S0 | S1, 2);
}

export function lamb(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  const scale = coefficient(c, 0);
  const epsilon = coefficient(c, 1);
  const rate = coefficient(c, 2);
  const stepSize = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const m = vector(mAt + i);
    const v = vector(vAt + i);

    const u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    p = sub(p, mul(u, stepSize));

    put(pAt + i, p);
  }
  return uses(P | S0 | S1, P);
}
