// QHAdam: between the gradient and its average, over the root of what is between its square and the average of that.
import type { ElementRule } from './arithmetic.js';

export const qhadam: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, gradientStep, momentStep, squareWeight, averageWeight, epsilon] =
    c as [number, number, number, number, number, number, number, number, number];
  return (p, g, m = 0, v = 0) => {
    const square = mul(g, g);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(square, beta2Rest));
    const between = add(mul(square, squareWeight), mul(v, averageWeight));
    p = sub(p, div(add(mul(g, gradientStep), mul(m, momentStep)), add(sqrt(between), epsilon)));
    return [p, m, v];
  };
};
