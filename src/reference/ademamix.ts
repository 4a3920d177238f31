// AdEMAMix: Adam with a second average of the gradients that forgets slowly, and is not corrected for having started at
// zero.
import type { ElementRule } from './arithmetic.js';

export const ademamix: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, fastStep, slowStep, epsilon] = c as [
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
  return (p, g, fast = 0, slow = 0, v = 0) => {
    fast = add(mul(fast, beta1), mul(g, beta1Rest));
    slow = add(mul(slow, beta3), mul(g, beta3Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(fast, fastStep), mul(slow, slowStep)), add(sqrt(v), epsilon)));
    return [p, fast, slow, v];
  };
};
