// Adaptive gradient clipping: a row of the gradient is multiplied by what its norm may be, over what it is. The parameter is read
// from its place, and the gradient that the rule is given written in it.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const agcNorms: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [weight, gradient] = sums as [Sum, Sum];
  return (p, g) => {
    plus(weight, p, p);
    plus(gradient, g, g);
    return [];
  };
};

export const agc: ElementRule = ({ mul }) => {
  return (p, g, factor = 0) => {
    p = mul(g, factor);
    return [p];
  };
};
