// Adan: averages of the gradient, of its difference from the one before, and of the square of both together. The bias
// corrections are folded into the coefficients. With the flag, the parameter is divided by 1 + lr weightDecay at the end.
import type { ElementRule } from './arithmetic.js';

export const adan: ElementRule = ({ add, div, mul, select, sqrt, sub }, c, flags) => {
  const { prox } = flags;
  const [beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, mStep, vStep, epsilon, begins, proximal] =
    c as [number, number, number, number, number, number, number, number, number, number, number];
  return (p, g, m = 0, v = 0, sq = 0, before = 0) => {
    const d = sub(g, select(begins, g, before));
    const s = add(g, mul(d, beta2));
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(d, beta2Rest));
    sq = add(mul(sq, beta3), mul(mul(s, s), beta3Rest));
    before = g;
    p = sub(p, div(add(mul(m, mStep), mul(v, vStep)), add(sqrt(sq), epsilon)));
    if (prox) p = div(p, proximal);
    return [p, m, v, sq, before];
  };
};
