// AdaBound: Adam, whose rate of each element is kept between two bounds that come closer to each other; with the flag, by the
// largest second moment so far. stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the root as it is.
import type { ElementRule } from './arithmetic.js';

export const adabound: ElementRule = ({ add, div, max, min, mul, sqrt, sub }, c, flags) => {
  const { amsbound } = flags;
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, low, high] = c as [
    number,
    number,
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
    if (amsbound) vmax = max(vmax, v);
    const rate = div(stepSize, add(sqrt(amsbound ? vmax : v), epsilon));
    p = sub(p, mul(min(max(rate, low), high), m));
    return [p, m, v, vmax];
  };
};
