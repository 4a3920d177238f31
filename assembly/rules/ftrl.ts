// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. A sum of squares is
// raised to a power by its binary digits: that of 2^-k asks for a root of a root …, k times. What is left of the
// digits, less than 2^-24, takes two terms of the binomial series. Without the flag it is the root.
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, neg, select, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function raised(x: v128, one: v128, whole: v128, digits: v128, weight1: v128, weight2: v128): v128 {
  let root = x;
  let rest = digits;
  let product = select(whole, x, one);
  for (let k = 0; k < 24; k++) {
    root = sqrt(root);
    rest = add(rest, rest);
    const below = sub(one, rest);
    product = select(below, product, mul(product, root));
    rest = select(below, rest, sub(rest, one));
  }
  const beyond = sub(root, one);
  product = mul(product, add(one, mul(beyond, add(weight1, mul(beyond, weight2)))));
  return product;
}

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
