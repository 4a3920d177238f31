// ACProp: the gradient, or its average (averaged = 1), over the second moment of the steps before it, which is that of
// the distance from the average. Where the step is not scaled (scaled = 0), it is divided by one.
import type { ElementRule } from './arithmetic.js';

export const acprop: ElementRule = ({ add, div, mul, select, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, added, averaged, stepSize, scaled, epsilon, one] = c as [
    number,
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
  return (p, g, m = 0, s = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    s = add(s, added);
    p = sub(p, div(mul(select(averaged, m, g), stepSize), select(scaled, add(sqrt(s), epsilon), one)));
    const d = sub(g, m);
    s = add(mul(s, beta2), mul(mul(d, d), beta2Rest));
    return [p, m, s];
  };
};
