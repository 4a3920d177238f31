// Sophia, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that stands in the place of
// `g`, and its average is h.
import type { ElementRule } from './arithmetic.js';

export const sophiaHessian: ElementRule = ({ add, mul }, c) => {
  const [beta2, beta2Rest] = c as [number, number];
  return (_p, g, _m, h = 0) => {
    h = add(mul(h, beta2), mul(g, beta2Rest));
    return [undefined, undefined, h];
  };
};

export const sophia: ElementRule = ({ add, div, max, min, mul, neg, sub }, c) => {
  const [beta1, beta1Rest, gamma, epsilon, rho, lr] = c as [number, number, number, number, number, number];
  return (p, g, m = 0, h = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const u = div(m, max(epsilon, mul(h, gamma)));
    p = sub(p, mul(max(neg(rho), min(rho, u)), lr));
    return [p, m];
  };
};
