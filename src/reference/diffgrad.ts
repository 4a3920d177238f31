// diffGrad: Adam, whose step is smaller where the gradient hardly changes, by the logistic function of how much it does.
// stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the root as it is. Both divisors are in one.
import type { ElementRule } from './arithmetic.js';

export const diffgrad: ElementRule = ({ abs, add, div, exponential, mul, neg, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, one] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0, before = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const friction = add(exponential(neg(abs(sub(before, g)))), one);
    before = g;
    p = sub(p, div(mul(m, stepSize), mul(add(sqrt(v), epsilon), friction)));
    return [p, m, v, before];
  };
};
