// Prodigy: Adam, whose step goes by an estimate d of how far away the solution is. The first pass brings the averages forward
// and adds up what the estimate is made of; the second moves the parameters.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const prodigyMoments: ElementRule = ({ abs, add, mul, plus, select, sub }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, beta3, gradientStep, begins, one] = c as [
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
  return (p, g, m = 0, v = 0, s = 0, start = 0) => {
    start = select(begins, p, start);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, beta3), mul(g, gradientStep));
    plus(product, g, sub(start, p));
    plus(size, abs(s), one);
    return [undefined, m, v, s, start];
  };
};

export const prodigy: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [keep, stepSize, epsilon] = c as [number, number, number];
  return (p, _g, m = 0, v = 0) => {
    p = sub(mul(p, keep), div(mul(m, stepSize), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
