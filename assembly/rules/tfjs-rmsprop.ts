// TensorFlow.js' RMSprop: epsilon and lr within the momentum; with the flag, centered, and epsilon taken away.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(centered: bool, n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, bAt: usize, aAt: usize): void {
  const lr = coefficient(c, 0);
  const alpha = coefficient(c, 1);
  const alphaRest = coefficient(c, 2);
  const mu = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);
    let b = vector(bAt + i);
    let a = centered ? vector(aAt + i) : p;

    s = add(mul(s, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const spread = centered ? sub(s, add(mul(a, a), epsilon)) : add(s, epsilon);
    b = add(mul(b, mu), div(mul(g, lr), sqrt(spread)));
    p = sub(p, b);

    put(pAt + i, p);
    put(sAt + i, s);
    put(bAt + i, b);
    if (centered) put(aAt + i, a);
  }
}

export function tfjs$rmsprop(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, bAt: usize, aAt: usize): void {
  update(false, n, c, pAt, gAt, sAt, bAt, aAt);
}

export function tfjs$rmsprop_centered(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, bAt: usize, aAt: usize): void {
  update(true, n, c, pAt, gAt, sAt, bAt, aAt);
}
