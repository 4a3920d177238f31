// LARS: momentum, where the step of a tensor goes by the norms of its parameter and of its gradient. The first
// pass adds up their squares; at a rate above 0 the gradient has the weight decay in it.
import { G, P, S0, uses } from "../uses";
import { lanes, plus } from "../sum";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

export function lars_norms(n: usize, c: usize, pAt: usize, gAt: usize, weightAt: usize, gradientAt: usize): i32 {
  const rate = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const weight = lanes(weightAt, i);
    const gradient = lanes(gradientAt, i);

    const u = add(g, mul(p, rate));
    plus(weight, p, p);
    plus(gradient, u, u);

  }
  return uses(P | G, 0, 2);
}

// @ts-ignore: decorator
@inline
function update(nesterov: bool, n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  const rate = coefficient(c, 0);
  const stepSize = coefficient(c, 1);
  const mu = coefficient(c, 2);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let b = vector(bAt + i);

    const d = mul(add(g, mul(p, rate)), stepSize);
    b = add(mul(b, mu), d);
    p = sub(p, nesterov ? add(mul(b, mu), d) : b);

    put(pAt + i, p);
    put(bAt + i, b);
  }
  return uses(P | G | S0, P | S0);
}

export function lars(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  return update(false, n, c, pAt, gAt, bAt);
}

export function lars_nesterov(n: usize, c: usize, pAt: usize, gAt: usize, bAt: usize): i32 {
  return update(true, n, c, pAt, gAt, bAt);
}
