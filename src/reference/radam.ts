// RAdam: while the variance of the second moment cannot be told (rectified = 0), a step of momentum alone.
import type { ElementRule } from './arithmetic.js';

export const radam: ElementRule = ({ add, div, mul, select, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, rectified, one] = c as [
    number,
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
    p = sub(p, div(mul(m, stepSize), select(rectified, add(sqrt(v), epsilon), one)));
    return [p, m, v];
  };
};
