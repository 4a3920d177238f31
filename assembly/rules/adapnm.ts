// AdaPNM: positive-negative momentum over Adam's root. Two momenta take turns: the step is more than the whole of the one that
// moves, less a part of the one that rests, which is left alone; with the flag, the second one moves. The bias corrections are
// folded into the coefficients.
import { G, P, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, max, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(
  amsgrad: bool, even: bool, n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, vAt: usize, secondAt: usize,
  vmaxAt: usize,
): i32 {
  const decay = coefficient(c, 0);
  const decayRest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const moved = coefficient(c, 4);
  const rested = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let first = vector(firstAt + i);
    let v = vector(vAt + i);
    let second = vector(secondAt + i);
    let vmax = amsgrad ? vector(vmaxAt + i) : p;

    if (even) second = add(mul(second, decay), mul(g, decayRest));
    else first = add(mul(first, decay), mul(g, decayRest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    const d = sub(mul(even ? second : first, moved), mul(even ? first : second, rested));
    p = sub(p, div(d, add(sqrt(amsgrad ? vmax : v), epsilon)));

    put(pAt + i, p);
    if (!even) put(firstAt + i, first);
    put(vAt + i, v);
    if (even) put(secondAt + i, second);
    if (amsgrad) put(vmaxAt + i, vmax);
  }
  return uses(P | G | S0 | S1 | S2 | (amsgrad ? S3 : 0), P | S1 | (!even ? S0 : 0) | (even ? S2 : 0) | (amsgrad ? S3 : 0));
}

export function adapnm(n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, vAt: usize, secondAt: usize, vmaxAt: usize): i32 {
  return update(false, false, n, c, pAt, gAt, firstAt, vAt, secondAt, vmaxAt);
}

export function adapnm_even(n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, vAt: usize, secondAt: usize, vmaxAt: usize): i32 {
  return update(false, true, n, c, pAt, gAt, firstAt, vAt, secondAt, vmaxAt);
}

export function adapnm_amsgrad(
  n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, vAt: usize, secondAt: usize, vmaxAt: usize,
): i32 {
  return update(true, false, n, c, pAt, gAt, firstAt, vAt, secondAt, vmaxAt);
}

export function adapnm_amsgrad_even(
  n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, vAt: usize, secondAt: usize, vmaxAt: usize,
): i32 {
  return update(true, true, n, c, pAt, gAt, firstAt, vAt, secondAt, vmaxAt);
}
