// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. A sum of squares is
// raised to a power by its binary digits: that of 2^-k asks for a root of a root …, k times. What is left of the
// digits, less than 2^-24, takes two terms of the binomial series. Without the flag it is the root.
import type { ElementRule } from './arithmetic.js';

export const ftrl: ElementRule = ({ add, div, max, min, mul, neg, select, sqrt, sub }, c, flags) => {
  const { power } = flags;
  const [inverse, shrinkage, ridge, l1, one, whole, digits, weight1, weight2] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  function raised(
    x: number,
    one: number,
    whole: number,
    digits: number,
    weight1: number,
    weight2: number,
  ): number {
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
  return (p, g, s = 0, z = 0) => {
    const before = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    s = add(s, mul(g, g));
    const after = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    z = add(z, sub(add(g, mul(p, shrinkage)), mul(mul(sub(after, before), inverse), p)));
    p = div(sub(max(neg(l1), min(z, l1)), z), add(mul(after, inverse), ridge));
    return [p, s, z];
  };
};
