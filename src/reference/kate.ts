// KATE: Adagrad without its square root. Below stands the sum of the squared gradients itself, above the root of
// another sum, so that a step is of Adagrad's size. g / denominator is in both lines: one division does for two.
import type { ElementRule } from './arithmetic.js';

export const kate: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [lr, eta, epsilon] = c as [number, number, number];
  return (p, g, m = 0, b = 0) => {
    const square = mul(g, g);
    b = add(b, square);
    const ratio = div(g, add(b, epsilon));
    m = add(add(m, mul(square, eta)), mul(g, ratio));
    p = sub(p, mul(mul(sqrt(m), lr), ratio));
    return [p, m, b];
  };
};
