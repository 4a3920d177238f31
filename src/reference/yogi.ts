// Yogi: Adam whose second moment moves towards the square of the gradient by a part of the square.
import type { ElementRule } from './arithmetic.js';

export const yogi: ElementRule = ({ add, div, mul, sign, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2Rest, stepSize, epsilon] = c as [number, number, number, number, number];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const square = mul(g, g);
    v = sub(v, mul(mul(sign(sub(v, square)), square), beta2Rest));
    p = sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
