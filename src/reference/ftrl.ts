// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. Without the flag a sum of
// squares is not raised to a power, but its root is taken.
import type { ElementRule } from './arithmetic.js';

export const ftrl: ElementRule = ({ add, div, max, min, mul, neg, raised, sqrt, sub }, c, flags) => {
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
  return (p, g, s = 0, z = 0) => {
    const before = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    s = add(s, mul(g, g));
    const after = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    z = add(z, sub(add(g, mul(p, shrinkage)), mul(mul(sub(after, before), inverse), p)));
    p = div(sub(max(neg(l1), min(z, l1)), z), add(mul(after, inverse), ridge));
    return [p, s, z];
  };
};
