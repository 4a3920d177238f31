// Stochastic gradient descent; with the flags, momentum and the reformulated Nesterov momentum of Sutskever
// et al.
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(momentum: bool, nesterov: bool, n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  const lr = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const dampeningRest = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    let g = vector(gAt + i);
    let b = momentum ? vector(bAt + i) : p;

    if (momentum) b = add(mul(b, mu), mul(g, dampeningRest));
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));

    put(pAt + i, p);
    if (momentum) put(bAt + i, b);
  }
}

export function sgd(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  update(false, false, n, c, pAt, gAt, bAt);
}

export function sgd_momentum(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  update(true, false, n, c, pAt, gAt, bAt);
}

export function sgd_nesterov(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): void {
  update(true, true, n, c, pAt, gAt, bAt);
}
