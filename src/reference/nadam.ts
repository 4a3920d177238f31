// NAdam: Adam that looks ahead, so that the gradient itself and the first moment each have a step size.
import type { ElementRule } from './arithmetic.js';

export const nadam: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, gradientStep, momentStep, epsilon] = c as [
    number,
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
    p = sub(p, div(add(mul(g, gradientStep), mul(m, momentStep)), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
