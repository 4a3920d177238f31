// RMSprop; with the flags, centered by the average of the gradients, and with momentum on the scaled
// gradient.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(centered: bool, momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, aAt: usize, bAt: usize): void {
  const lr = coefficient(c, 0);
  const alpha = coefficient(c, 1);
  const alphaRest = coefficient(c, 2);
  const mu = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let v = vector(vAt + i);
    let a = centered ? vector(aAt + i) : p;
    let b = momentum ? vector(bAt + i) : p;

    v = add(mul(v, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const spread = centered ? sub(v, mul(a, a)) : v;
    if (momentum) b = add(mul(b, mu), div(g, add(sqrt(spread), epsilon)));
    if (momentum) p = sub(p, mul(b, lr));
    else p = sub(p, div(mul(g, lr), add(sqrt(spread), epsilon)));

    put(pAt + i, p);
    put(vAt + i, v);
    if (centered) put(aAt + i, a);
    if (momentum) put(bAt + i, b);
  }
}

export function rmsprop(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, aAt: usize, bAt: usize): void {
  update(false, false, n, c, pAt, gAt, vAt, aAt, bAt);
}

export function rmsprop_centered(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, aAt: usize, bAt: usize): void {
  update(true, false, n, c, pAt, gAt, vAt, aAt, bAt);
}

export function rmsprop_momentum(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, aAt: usize, bAt: usize): void {
  update(false, true, n, c, pAt, gAt, vAt, aAt, bAt);
}

export function rmsprop_centered_momentum(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, aAt: usize, bAt: usize): void {
  update(true, true, n, c, pAt, gAt, vAt, aAt, bAt);
}
