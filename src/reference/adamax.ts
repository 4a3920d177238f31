// Adamax: Adam with the infinity norm `u` in place of the second moment. stepSize = lr / bc1.
import type { ElementRule } from './arithmetic.js';

export const adamax: ElementRule = ({ abs, add, div, max, mul, sub }, c) => {
  const [beta1, beta1Rest, beta2, stepSize, epsilon] = c as [number, number, number, number, number];
  return (p, g, m = 0, u = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    u = max(mul(u, beta2), add(abs(g), epsilon));
    p = sub(p, div(mul(m, stepSize), u));
    return [p, m, u];
  };
};
