// Adai, in two passes: the second moments, which it adds up, and the rest. `inertia` is what an element keeps of its average,
// `kept` the product of all of them. `share` is beta0 over the mean of the second moments, which it has corrected; with the
// flag both are under the power that it is raised to.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, S2, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, sub } from "../vec";
import { raised } from "../words/raised";

// @ts-ignore: decorator
@inline
function moments(n: usize, c: usize, gAt: usize, vAt: usize, totalAt: usize): i32 {
  const beta2 = coefficient(c, 0);
  const beta2Rest = coefficient(c, 1);
  const one = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let v = vector(vAt + i);
    const total = lanes(totalAt, i);

    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(total, v, one);

    put(vAt + i, v);
  }
  return uses(G | S1, S1, 1);
}

export function adai_moments(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, totalAt: usize): i32 {
  return moments(n, c, gAt, vAt, totalAt);
}

export function adai_dampened_moments(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, totalAt: usize): i32 {
  return moments(n, c, gAt, vAt, totalAt);
}

// @ts-ignore: decorator
@inline
function update(dampened: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, keptAt: usize): void {
  const share = coefficient(c, 0);
  const least = coefficient(c, 1);
  const one = coefficient(c, 2);
  const lr = coefficient(c, 3);
  const whole = coefficient(c, 4);
  const digits = coefficient(c, 5);
  const weight1 = coefficient(c, 6);
  const weight2 = coefficient(c, 7);
  const whole2 = coefficient(c, 8);
  const digits2 = coefficient(c, 9);
  const weight3 = coefficient(c, 10);
  const weight4 = coefficient(c, 11);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    const v = vector(vAt + i);
    let kept = vector(keptAt + i);

    const part = dampened ? raised(mul(v, share), one, whole, digits, weight1, weight2) : mul(v, share);
    const rest = min(one, max(least, part));
    const inertia = sub(one, rest);
    const enters = dampened ? raised(rest, one, whole2, digits2, weight3, weight4) : rest;
    m = add(mul(m, inertia), mul(g, enters));
    kept = mul(kept, inertia);
    p = sub(p, div(mul(m, lr), sub(one, kept)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(keptAt + i, kept);
  }
}

export function adai(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, keptAt: usize): i32 {
  update(false, n, c, pAt, gAt, mAt, vAt, keptAt);
  return uses(P | G | S0 | S1 | S2, P | S0 | S2);
}

export function adai_dampened(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, keptAt: usize): i32 {
  update(true, n, c, pAt, gAt, mAt, vAt, keptAt);
  return uses(P | G | S0 | S1 | S2, P | S0 | S2);
}
