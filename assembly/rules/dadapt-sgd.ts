// D-Adapt SGD: dual averaging, whose step goes by an estimate d of how far away the solution is. The first pass adds up what the
// estimate is made of, and the gradients to their sum; the second moves the parameter.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, select, sub } from "../vec";

export function dadapt$sgd_sums(
  n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, startAt: usize, productAt: usize, sizeAt: usize,
): i32 {
  const begins = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);
    let start = vector(startAt + i);
    const product = lanes(productAt, i);
    const size = lanes(sizeAt, i);

    start = select(begins, p, start);
    plus(product, g, s);
    s = add(s, mul(g, stepSize));
    plus(size, s, s);

    put(sAt + i, s);
    put(startAt + i, start);
  }
  return uses(P | G | S0 | S1, S0 | S1, 2);
}

export function dadapt$sgd(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, startAt: usize): i32 {
  const mu = coefficient(c, 0);
  const muRest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const s = vector(sAt + i);
    const start = vector(startAt + i);

    p = add(mul(p, mu), mul(sub(start, s), muRest));

    put(pAt + i, p);
  }
  return uses(P | S0 | S1, P);
}
