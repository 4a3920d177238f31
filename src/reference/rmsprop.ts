// RMSprop; with the flags, centered by the average of the gradients, and with momentum on the scaled
// gradient.
import type { ElementRule } from './arithmetic.js';

export const rmsprop: ElementRule = ({ add, div, mul, sqrt, sub }, c, flags) => {
  const { centered, momentum } = flags;
  const [lr, alpha, alphaRest, mu, epsilon] = c as [number, number, number, number, number];
  return (p, g, v = 0, a = 0, b = 0) => {
    v = add(mul(v, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const spread = centered ? sub(v, mul(a, a)) : v;
    if (momentum) b = add(mul(b, mu), div(g, add(sqrt(spread), epsilon)));
    if (momentum) p = sub(p, mul(b, lr));
    else p = sub(p, div(mul(g, lr), add(sqrt(spread), epsilon)));
    return [p, v, a, b];
  };
};
