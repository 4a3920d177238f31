// D-Adapt Adam, whose step goes by an estimate d of how far away the solution is. The first pass adds up what the estimate is made
// of, with the averages as they were, and brings them forward; the second moves the parameter.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const dadaptAdamMoments: ElementRule = ({ abs, add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, gradientStep, beta2, beta2Rest, root2, sumStep, epsilon, one] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [product, size] = sums as [Sum, Sum];
  return (_p, g, m = 0, v = 0, s = 0) => {
    plus(product, g, div(s, add(sqrt(v), epsilon)));
    m = add(mul(m, beta1), mul(g, gradientStep));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, root2), mul(g, sumStep));
    plus(size, abs(s), one);
    return [undefined, m, v, s];
  };
};

export const dadaptAdam: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [keep, epsilon] = c as [number, number];
  return (p, _g, m = 0, v = 0) => {
    p = sub(mul(p, keep), div(m, add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
