// The sign of the gradient, or, with the flag, of its average (Signum).
import { STRIDE, coefficient, put, vector, add, mul, sign, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  const lr = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const muRest = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let b = momentum ? vector(bAt + i) : p;

    if (momentum) b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, mul(sign(momentum ? b : g), lr));

    put(pAt + i, p);
    if (momentum) put(bAt + i, b);
  }
}

export function signsgd(n: usize, c: usize, pAt: usize, gAt: usize): void {
  update(false, n, c, pAt, gAt, pAt);
}

export function signsgd_momentum(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  update(true, n, c, pAt, gAt, bAt);
}
