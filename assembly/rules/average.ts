// The exponential moving average of a value `g`; with the flag, `a` is the raw average and `p` the corrected
// one.
import { STRIDE, coefficient, put, vector, add, div, mul } from "../vec";

// @ts-ignore: decorator
@inline
function update(corrected: bool, n: usize, c: usize, pAt: usize, gAt: usize, aAt: usize): void {
  const decay = coefficient(c, 0);
  const decayRest = coefficient(c, 1);
  const correction = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let a = corrected ? vector(aAt + i) : p;

    if (corrected) a = add(mul(a, decay), mul(g, decayRest));
    if (corrected) p = div(a, correction);
    else p = add(mul(p, decay), mul(g, decayRest));

    put(pAt + i, p);
    if (corrected) put(aAt + i, a);
  }
}

export function average(n: usize, c: usize, pAt: usize, gAt: usize, aAt: usize): void {
  update(false, n, c, pAt, gAt, aAt);
}

export function average_corrected(n: usize, c: usize, pAt: usize, gAt: usize, aAt: usize): void {
  update(true, n, c, pAt, gAt, aAt);
}
