// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. Without the flag a sum of
// squares is not raised to a power, but its root is taken.
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, neg, sqrt, sub } from "../vec";
import { raised } from "../words/raised";

// @ts-ignore: decorator
@inline
function update(power: bool, n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, zAt: usize): void {
  const inverse = coefficient(c, 0);
  const shrinkage = coefficient(c, 1);
  const ridge = coefficient(c, 2);
  const l1 = coefficient(c, 3);
  const one = coefficient(c, 4);
  const whole = coefficient(c, 5);
  const digits = coefficient(c, 6);
  const weight1 = coefficient(c, 7);
  const weight2 = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let s = vector(sAt + i);
    let z = vector(zAt + i);

    const before = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    s = add(s, mul(g, g));
    const after = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    z = add(z, sub(add(g, mul(p, shrinkage)), mul(mul(sub(after, before), inverse), p)));
    p = div(sub(max(neg(l1), min(z, l1)), z), add(mul(after, inverse), ridge));

    put(pAt + i, p);
    put(sAt + i, s);
    put(zAt + i, z);
  }
}

export function ftrl(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, zAt: usize): void {
  update(false, n, c, pAt, gAt, sAt, zAt);
}

export function ftrl_power(n: usize, c: usize, pAt: usize, gAt: usize, sAt: usize, zAt: usize): void {
  update(true, n, c, pAt, gAt, sAt, zAt);
}
