// Positive-negative momentum: two momenta that take turns. The step is more than the whole of the one that moves, less a part
// of the one that rests, which is left alone; with the flag, the second one moves.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(even: bool, n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, secondAt: usize): i32 {
  const decay = coefficient(c, 0);
  const decayRest = coefficient(c, 1);
  const moved = coefficient(c, 2);
  const rested = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let first = vector(firstAt + i);
    let second = vector(secondAt + i);

    if (even) second = add(mul(second, decay), mul(g, decayRest));
    else first = add(mul(first, decay), mul(g, decayRest));
    p = sub(p, sub(mul(even ? second : first, moved), mul(even ? first : second, rested)));

    put(pAt + i, p);
    if (!even) put(firstAt + i, first);
    if (even) put(secondAt + i, second);
  }
  return uses(P | G | S0 | S1, P | (!even ? S0 : 0) | (even ? S1 : 0));
}

export function pnm(n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, secondAt: usize): i32 {
  return update(false, n, c, pAt, gAt, firstAt, secondAt);
}

export function pnm_even(n: usize, c: usize, pAt: usize, gAt: usize, firstAt: usize, secondAt: usize): i32 {
  return update(true, n, c, pAt, gAt, firstAt, secondAt);
}
