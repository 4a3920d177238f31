// LaProp: the gradient is divided first and averaged then. With the flags, by its standard deviation once the first
// steps are over (late = 1), and by the largest so far. Weights decay after the step.
import type { ElementRule } from './arithmetic.js';

export const laprop: ElementRule = ({ add, div, max, mul, select, sqrt, sub }, c, flags) => {
  const { centered, amsgrad } = flags;
  const [beta1, beta2, beta2Rest, late, gradientStep, epsilon, stepSize, keep] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0, a = 0, vmax = 0) => {
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (centered) a = add(mul(a, beta2), mul(g, beta2Rest));
    const spread = centered ? sub(v, mul(mul(a, a), late)) : v;
    if (amsgrad) vmax = select(late, max(vmax, spread), vmax);
    const divisor = add(sqrt(amsgrad ? select(late, vmax, spread) : spread), epsilon);
    m = add(mul(m, beta1), div(mul(g, gradientStep), divisor));
    p = mul(sub(p, mul(m, stepSize)), keep);
    return [p, m, v, a, vmax];
  };
};
