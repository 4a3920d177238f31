// Lion: the sign of an interpolation is the step; the momentum is averaged with another beta afterwards.
import type { ElementRule } from './arithmetic.js';

export const lion: ElementRule = ({ add, mul, sign, sub }, c) => {
  const [lr, beta1, beta1Rest, beta2, beta2Rest] = c as [number, number, number, number, number];
  return (p, g, m = 0) => {
    p = sub(p, mul(sign(add(mul(m, beta1), mul(g, beta1Rest))), lr));
    m = add(mul(m, beta2), mul(g, beta2Rest));
    return [p, m];
  };
};
