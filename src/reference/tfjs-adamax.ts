// TensorFlow.js' Adamax: epsilon is added to the norm at the division, and the norm keeps a NaN.
// stepSize = lr / bc1.
import type { ElementRule } from './arithmetic.js';

export const tfjsAdamax: ElementRule = ({ abs, add, div, max, mul, select, sub }, c) => {
  const [beta1, beta1Rest, beta2, stepSize, epsilon] = c as [number, number, number, number, number];
  return (p, g, m = 0, u = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const d = mul(u, beta2);
    u = select(d, max(d, abs(g)), add(d, abs(g)));
    p = sub(p, mul(div(m, add(u, epsilon)), stepSize));
    return [p, m, u];
  };
};
