// L-BFGS: the vectors of its step, which TypeScript goes through. What stands in the gradient's place is one of its history:
// a difference of gradients, or a step.
import { lanes, most, plus } from "../sum";
import { G, P, S0, S1, S2, S3, S4, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, abs, add, mul, neg, sign, sub } from "../vec";

// The gradient at a point, and what is known of it there.
export function lbfgs_take(
  n: usize, c: usize, pAt: usize, gAt: usize, gradAt: usize, dAt: usize, slopeAt: usize, totalAt: usize, topAt: usize,
): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let grad = vector(gradAt + i);
    const d = vector(dAt + i);
    const slope = lanes(slopeAt, i);
    const total = lanes(totalAt, i);
    const top = lanes(topAt, i);

    grad = g;
    plus(slope, grad, d);
    plus(total, grad, sign(grad));
    most(top, abs(grad));

    put(gradAt + i, grad);
  }
  return uses(G | S1 | S2, S1, 3, 4);
}

export function lbfgs_first(n: usize, c: usize, pAt: usize, gAt: usize, prevAt: usize, gradAt: usize, dAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    let prev = vector(prevAt + i);
    const grad = vector(gradAt + i);
    let d = vector(dAt + i);

    d = neg(grad);
    prev = grad;

    put(prevAt + i, prev);
    put(dAt + i, d);
  }
  return uses(S0 | S1 | S2, S0 | S2);
}

export function lbfgs_pair(
  n: usize, c: usize, pAt: usize, gAt: usize, prevAt: usize, gradAt: usize, dAt: usize, yAt: usize, sAt: usize, ysAt: usize, yyAt: usize,
): i32 {
  const t = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let prev = vector(prevAt + i);
    const grad = vector(gradAt + i);
    let d = vector(dAt + i);
    let y = vector(yAt + i);
    let s = vector(sAt + i);
    const ys = lanes(ysAt, i);
    const yy = lanes(yyAt, i);

    y = sub(grad, prev);
    s = mul(d, t);
    plus(ys, y, s);
    plus(yy, y, y);
    d = neg(grad);
    prev = grad;

    put(prevAt + i, prev);
    put(dAt + i, d);
    put(yAt + i, y);
    put(sAt + i, s);
  }
  return uses(S0 | S1 | S2 | S3 | S4, S0 | S2 | S3 | S4, 2);
}

export function lbfgs_curve(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, ysAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const s = vector(sAt + i);
    const ys = lanes(ysAt, i);

    plus(ys, g, s);
  }
  return uses(G | S4, 0, 1);
}

export function lbfgs_dot(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize, dotAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const d = vector(dAt + i);
    const dot = lanes(dotAt, i);

    plus(dot, g, d);
  }
  return uses(G | S2, 0, 1);
}

export function lbfgs_add(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize): i32 {
  const share = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let d = vector(dAt + i);

    d = add(d, mul(g, share));

    put(dAt + i, d);
  }
  return uses(G | S2, S2);
}

export function lbfgs_scale(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize): i32 {
  const factor = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let d = vector(dAt + i);

    d = mul(d, factor);

    put(dAt + i, d);
  }
  return uses(S2, S2);
}

// How steep the direction is; and the point that it begins at.
export function lbfgs_start(
  n: usize, c: usize, pAt: usize, gAt: usize, gradAt: usize, dAt: usize, xAt: usize, slopeAt: usize, topAt: usize,
): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const grad = vector(gradAt + i);
    const d = vector(dAt + i);
    let x = vector(xAt + i);
    const slope = lanes(slopeAt, i);
    const top = lanes(topAt, i);

    plus(slope, grad, d);
    most(top, abs(d));
    x = p;

    put(xAt + i, x);
  }
  return uses(P | S1 | S2 | S3, S3, 2, 2);
}

export function lbfgs_at(n: usize, c: usize, pAt: usize, gAt: usize, dAt: usize, xAt: usize): i32 {
  const t = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const d = vector(dAt + i);
    const x = vector(xAt + i);

    p = add(x, mul(d, t));

    put(pAt + i, p);
  }
  return uses(P | S2 | S3, P);
}
