// COCOB: bets on each element by itself, from a start that it keeps, with the reward that it has won so far. Two divisions,
// since a product of the two divisors would be lost where gradients are small.
import { G, P, S0, S1, S2, S3, S4, uses } from "../uses";
import { STRIDE, coefficient, put, vector, abs, add, div, max, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(
  begins: bool, n: usize, c: usize, pAt: usize, gAt: usize, totalAt: usize, sumAt: usize, rewardAt: usize, scaleAt: usize,
  startAt: usize,
): i32 {
  const lr = coefficient(c, 0);
  const alpha = coefficient(c, 1);
  const zero = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let total = vector(totalAt + i);
    let sum = vector(sumAt + i);
    let reward = vector(rewardAt + i);
    let scale = vector(scaleAt + i);
    let start = vector(startAt + i);

    if (begins) start = p;
    const d = mul(g, lr);
    scale = max(scale, abs(d));
    sum = add(sum, abs(d));
    reward = max(sub(reward, mul(d, sub(p, start))), zero);
    total = sub(total, d);
    const wealth = div(add(scale, reward), max(add(sum, scale), mul(scale, alpha)));
    p = add(start, mul(div(total, scale), wealth));

    put(pAt + i, p);
    put(totalAt + i, total);
    put(sumAt + i, sum);
    put(rewardAt + i, reward);
    put(scaleAt + i, scale);
    if (begins) put(startAt + i, start);
  }
  return uses(P | G | S0 | S1 | S2 | S3 | S4, P | S0 | S1 | S2 | S3 | (begins ? S4 : 0));
}

export function cocob(
  n: usize, c: usize, pAt: usize, gAt: usize, totalAt: usize, sumAt: usize, rewardAt: usize, scaleAt: usize, startAt: usize,
): i32 {
  return update(false, n, c, pAt, gAt, totalAt, sumAt, rewardAt, scaleAt, startAt);
}

export function cocob_begins(
  n: usize, c: usize, pAt: usize, gAt: usize, totalAt: usize, sumAt: usize, rewardAt: usize, scaleAt: usize, startAt: usize,
): i32 {
  return update(true, n, c, pAt, gAt, totalAt, sumAt, rewardAt, scaleAt, startAt);
}
