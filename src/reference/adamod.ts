// AdaMod: Adam, whose rate of each element is at most its own average over the steps. stepSize = lr sqrt(bc2) / bc1; epsilon
// stands beside the root as it is.
import type { ElementRule } from './arithmetic.js';

export const adamod: ElementRule = ({ add, div, min, mul, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, stepSize, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0, average = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const rate = div(stepSize, add(sqrt(v), epsilon));
    average = add(mul(average, beta3), mul(rate, beta3Rest));
    p = sub(p, mul(min(rate, average), m));
    return [p, m, v, average];
  };
};
