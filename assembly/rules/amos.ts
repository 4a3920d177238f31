// Amos: the gradient over the root of its second moment, times a rate that falls as a decay b grows, which also holds the
// parameter back. Of a matrix v and b are numbers of a row: the first pass adds up the squares of the gradient, and what holds
// back and what moves stands in the row's numbers.
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S0, S1, S2, S3, S4, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, div, max, min, mul, neg, sqrt } from "../vec";

export function amos_squares(n: usize, c: usize, pAt: usize, gAt: usize, rowAt: usize): i32 {
  const clip = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const row = lanes(rowAt, i);

    const d = min(clip, max(neg(clip), g));
    plus(row, d, d);
  }
  return uses(G, 0, 1);
}

// @ts-ignore: decorator
@inline
function update(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, bAt: usize): void {
  const clip = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const muRest = coefficient(c, 2);
  const beta = coefficient(c, 3);
  const betaRest = coefficient(c, 4);
  const one = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  const halfRate = coefficient(c, 7);
  const slows = coefficient(c, 8);
  const damps = coefficient(c, 9);
  const extraL2 = coefficient(c, 10);
  const initial = coefficient(c, 11);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = momentum ? vector(mAt + i) : p;
    let v = vector(vAt + i);
    let b = vector(bAt + i);

    const d = min(clip, max(neg(clip), g));
    v = add(mul(v, beta), mul(mul(d, d), betaRest));
    const inverse = div(one, max(epsilon, v));
    const half = mul(mul(mul(d, d), inverse), div(halfRate, sqrt(add(one, mul(b, slows)))));
    const way = add(mul(p, add(half, extraL2)), mul(d, mul(initial, sqrt(inverse))));
    const u = neg(div(way, add(one, mul(b, damps))));
    b = add(b, mul(add(half, half), add(one, b)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);

    put(pAt + i, p);
    if (momentum) put(mAt + i, m);
    put(vAt + i, v);
    put(bAt + i, b);
  }
}

export function amos(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, bAt: usize): i32 {
  update(false, n, c, pAt, gAt, 0, vAt, bAt);
  return uses(P | G | S3 | S4, P | S3 | S4);
}

export function amos_momentum(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, bAt: usize): i32 {
  update(true, n, c, pAt, gAt, mAt, vAt, bAt);
  return uses(P | G | S2 | S3 | S4, P | S2 | S3 | S4);
}

// @ts-ignore: decorator
@inline
function updateRow(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, decayAt: usize, stepAt: usize, mAt: usize): void {
  const clip = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const muRest = coefficient(c, 2);
  const decay = number(decayAt);
  const step = number(stepAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = momentum ? vector(mAt + i) : p;

    const d = min(clip, max(neg(clip), g));
    const u = neg(add(mul(p, decay), mul(d, step)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);

    put(pAt + i, p);
    if (momentum) put(mAt + i, m);
  }
}

export function amos_factored(n: usize, c: usize, pAt: usize, gAt: usize, decayAt: usize, stepAt: usize): i32 {
  updateRow(false, n, c, pAt, gAt, decayAt, stepAt, 0);
  return uses(P | G | S0 | S1, P, 0, 0, ROW_FIRST);
}

export function amos_momentum_factored(
  n: usize, c: usize, pAt: usize, gAt: usize, decayAt: usize, stepAt: usize, mAt: usize,
): i32 {
  updateRow(true, n, c, pAt, gAt, decayAt, stepAt, mAt);
  return uses(P | G | S0 | S1 | S2, P | S2, 0, 0, ROW_FIRST);
}
