// Adam, and AMSGrad with the flag. The bias corrections are folded into the coefficients, so that an element
// costs one division: stepSize = lr sqrt(bc2) / bc1, epsilon = eps sqrt(bc2).
import type { ElementRule } from './arithmetic.js';

export const adam: ElementRule = ({ add, div, max, mul, sqrt, sub }, c, flags) => {
  const { amsgrad } = flags;
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0, vmax = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));
    return [p, m, v, vmax];
  };
};
