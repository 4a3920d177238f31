// Simplified AdEMAMix: a sum of the gradients that forgets, and the gradient itself, over the root of the second
// moment.
import type { ElementRule } from './arithmetic.js';

export const simplifiedAdemamix: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [beta1, beta2, beta2Rest, momentStep, gradientStep, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), g);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(m, momentStep), mul(g, gradientStep)), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
