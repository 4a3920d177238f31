// ADOPT: the gradient is divided by the second moment of the steps before it, clipped, and averaged. The first step
// (begins = 1) has none, and only fills it.
import type { ElementRule } from './arithmetic.js';

export const adopt: ElementRule = ({ add, div, max, min, mul, neg, select, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, lr, epsilon, ceiling, begins, keep] = c as [
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
  return (p, g, m = 0, v = 0) => {
    const n = max(neg(ceiling), min(ceiling, div(g, max(epsilon, sqrt(v)))));
    m = select(begins, m, add(mul(m, beta1), mul(n, beta1Rest)));
    p = sub(mul(p, keep), mul(m, lr));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    return [p, m, v];
  };
};
