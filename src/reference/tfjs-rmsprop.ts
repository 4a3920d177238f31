// TensorFlow.js' RMSprop: epsilon and lr within the momentum; with the flag, centered, and epsilon taken away.
import type { ElementRule } from './arithmetic.js';

export const tfjsRmsprop: ElementRule = ({ add, div, mul, sqrt, sub }, c, flags) => {
  const { centered } = flags;
  const [lr, alpha, alphaRest, mu, epsilon] = c as [number, number, number, number, number];
  return (p, g, s = 0, b = 0, a = 0) => {
    s = add(mul(s, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const spread = centered ? sub(s, add(mul(a, a), epsilon)) : add(s, epsilon);
    b = add(mul(b, mu), div(mul(g, lr), sqrt(spread)));
    p = sub(p, b);
    return [p, s, b, a];
  };
};
