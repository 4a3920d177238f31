// Adagrad: the step shrinks with the sum of all squared gradients.
import type { ElementRule } from './arithmetic.js';

export const adagrad: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [lr, epsilon] = c as [number, number];
  return (p, g, s = 0) => {
    s = add(s, mul(g, g));
    p = sub(p, div(mul(g, lr), add(sqrt(s), epsilon)));
    return [p, s];
  };
};
