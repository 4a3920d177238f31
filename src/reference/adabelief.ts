// AdaBelief: the second moment is that of the distance from the first. With the flag, the largest so far. Where the
// step is not scaled (scaled = 0), it is one of momentum alone.
import type { ElementRule } from './arithmetic.js';

export const adabelief: ElementRule = ({ add, div, max, mul, select, sqrt, sub }, c, flags) => {
  const { amsgrad } = flags;
  const [beta1, beta1Rest, beta2, beta2Rest, added, stepSize, epsilon, scaled, one] = c as [
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
  return (p, g, m = 0, s = 0, smax = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const d = sub(g, m);
    s = add(add(mul(s, beta2), mul(mul(d, d), beta2Rest)), added);
    if (amsgrad) smax = max(smax, s);
    p = sub(p, div(mul(m, stepSize), select(scaled, add(sqrt(amsgrad ? smax : s), epsilon), one)));
    return [p, m, s, smax];
  };
};
