// Grams: as far as Adam goes, in the direction against the gradient.
import type { ElementRule } from './arithmetic.js';

export const grams: ElementRule = ({ abs, add, div, mul, sign, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(mul(mul(sign(g), abs(m)), stepSize), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
