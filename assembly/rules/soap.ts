// SOAP, of a matrix: the gradient is taken, and then the step along what became of it. Between the two is Adam in another basis, in
// TypeScript. What has no other basis goes Adam's way, at once or by its normalized step.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, S2, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

export function soap_take(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let u = vector(uAt + i);

    u = g;

    put(uAt + i, u);
  }
  return uses(G, S2);
}

function step(n: usize, c: usize, pAt: usize, uAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  const keep = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const u = vector(uAt + i);

    p = mul(sub(p, mul(u, stepSize)), keep);

    put(pAt + i, p);
  }
  return uses(P | S2, P);
}

export function soap_factored(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  return step(n, c, pAt, uAt);
}

export function soap_normalized(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  return step(n, c, pAt, uAt);
}

export function soap_normalized_factored(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  return step(n, c, pAt, uAt);
}

export function soap_direction(
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, uAt: usize, sizeAt: usize,
): i32 {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const epsilon = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let u = vector(uAt + i);
    const size = lanes(sizeAt, i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    u = div(m, add(sqrt(v), epsilon));
    plus(size, u, u);

    put(mAt + i, m);
    put(vAt + i, v);
    put(uAt + i, u);
  }
  return uses(G | S0 | S1, S0 | S1 | S2, 1);
}

export function soap(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  const keep = coefficient(c, 1);
  const beta1 = coefficient(c, 2);
  const beta1Rest = coefficient(c, 3);
  const beta2 = coefficient(c, 4);
  const beta2Rest = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = mul(sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon))), keep);

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
  return uses(P | G | S0 | S1, P | S0 | S1);
}
