// Optimistic Adam: a step along Adam's direction, less one along the direction before, which is 0 at first. The bias
// corrections are folded into the coefficients; with Nesterov momentum the gradient has a weight of its own.
import type { ElementRule } from './arithmetic.js';

export const optimisticAdam: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, mWeight, gWeight, epsilonRoot, epsilon, rStep, beforeStep] =
    c as [number, number, number, number, number, number, number, number, number, number];
  return (p, g, m = 0, v = 0, before = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const r = div(add(mul(m, mWeight), mul(g, gWeight)), add(sqrt(add(v, epsilonRoot)), epsilon));
    p = sub(p, sub(mul(r, rStep), mul(before, beforeStep)));
    before = r;
    return [p, m, v, before];
  };
};
