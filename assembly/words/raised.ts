// A number at or above 0 raised to a power from 0 to 1 by its binary digits: that of 2^-k asks for a root of a root …, k times. What
// is left of the digits, less than 2^-24, takes two terms of the binomial series, whose weights are given. `whole` is the
// power's whole part, 0 or 1.
import { add, mul, select, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
export function raised(x: v128, one: v128, whole: v128, digits: v128, weight1: v128, weight2: v128): v128 {
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
