// ALI-G: a step along the gradient, whose size TypeScript made out of the loss; with the flag, Nesterov momentum.
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  const mu = coefficient(c, 1);
  const rate = coefficient(c, 2);
  const ahead = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let b = momentum ? vector(bAt + i) : g;

    p = sub(p, mul(g, stepSize));
    if (momentum) b = sub(mul(b, mu), mul(g, rate));
    if (momentum) p = add(p, mul(b, ahead));

    put(pAt + i, p);
    if (momentum) put(bAt + i, b);
  }
  return momentum ? uses(P | G | S0, P | S0) : uses(P | G, P);
}

export function alig(n: usize, c: usize, pAt: usize, gAt: usize): i32 {
  return update(false, n, c, pAt, gAt, 0);
}

export function alig_momentum(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  return update(true, n, c, pAt, gAt, bAt);
}
