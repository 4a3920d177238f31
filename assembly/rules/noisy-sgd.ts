// Stochastic gradient descent whose gradient has noise: `noise` is a number of the normal distribution, drawn before the step. With the
// flags, momentum and the reformulated Nesterov momentum of Sutskever et al.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(momentum: bool, nesterov: bool, n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize, noiseAt: usize): void {
  const lr = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const deviation = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    let g = vector(gAt + i);
    let b = momentum ? vector(bAt + i) : p;
    const noise = vector(noiseAt + i);

    g = add(g, mul(noise, deviation));
    if (momentum) b = add(mul(b, mu), g);
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));

    put(pAt + i, p);
    if (momentum) put(bAt + i, b);
  }
}

export function noisy$sgd(n: usize, c: usize, pAt: usize, gAt: usize, noiseAt: usize): i32 {
  update(false, false, n, c, pAt, gAt, 0, noiseAt);
  return uses(P | G | S1, P);
}

export function noisy$sgd_momentum(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize, noiseAt: usize): i32 {
  update(true, false, n, c, pAt, gAt, bAt, noiseAt);
  return uses(P | G | S0 | S1, P | S0);
}

export function noisy$sgd_momentum_nesterov(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize, noiseAt: usize): i32 {
  update(true, true, n, c, pAt, gAt, bAt, noiseAt);
  return uses(P | G | S0 | S1, P | S0);
}
