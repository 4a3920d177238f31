// Lookahead, over any rule: the way from the slow weights towards where it went (`lookahead.sync`). The momentum is pulled
// back on its way through the parameter, which is as the slow weights then and comes back from them: `lift` and `lower` are
// over a rule whose momentum is its first slot.
import { P, S0, S4, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul } from "../vec";

export function lookahead_sync(n: usize, c: usize, pAt: usize, gAt: usize, slowAt: usize): i32 {
  const alpha = coefficient(c, 0);
  const alphaRest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    let slow = vector(slowAt + i);

    p = add(mul(p, alpha), mul(slow, alphaRest));
    slow = p;

    put(pAt + i, p);
    put(slowAt + i, slow);
  }
  return uses(P | S5, P | S5);
}

export function lookahead_reset(n: usize, c: usize, pAt: usize, gAt: usize, momentumAt: usize): i32 {
  const zero = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let momentum = vector(momentumAt + i);

    momentum = zero;

    put(momentumAt + i, momentum);
  }
  return uses(S0, S0);
}

export function lookahead_lift(n: usize, c: usize, pAt: usize, gAt: usize, momentumAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const momentum = vector(momentumAt + i);

    p = momentum;

    put(pAt + i, p);
  }
  return uses(P | S0, P);
}

export function lookahead_pull(n: usize, c: usize, pAt: usize, gAt: usize, slowMomentumAt: usize): i32 {
  const alpha = coefficient(c, 0);
  const alphaRest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    let slowMomentum = vector(slowMomentumAt + i);

    p = add(mul(p, alpha), mul(slowMomentum, alphaRest));
    slowMomentum = p;

    put(pAt + i, p);
    put(slowMomentumAt + i, slowMomentum);
  }
  return uses(P | S4, P | S4);
}

export function lookahead_lower(n: usize, c: usize, pAt: usize, gAt: usize, momentumAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    let momentum = vector(momentumAt + i);

    momentum = p;

    put(momentumAt + i, momentum);
  }
  return uses(P | S0, S0);
}
