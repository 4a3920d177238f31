// AdaHessian, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that stands in the place
// of `g`, and the average of its squares is h. The bias corrections are folded into the coefficients. Without the flag the
// power is a root.
import type { ElementRule } from './arithmetic.js';

export const adahessianHessian: ElementRule = ({ add, mul }, c) => {
  const [beta2, beta2Rest] = c as [number, number];
  return (_p, g, _m, h = 0) => {
    h = add(mul(h, beta2), mul(mul(g, g), beta2Rest));
    return [undefined, undefined, h];
  };
};

export const adahessian: ElementRule = ({ add, div, mul, raised, sqrt, sub }, c, { power }) => {
  const [beta1, beta1Rest, stepSize, epsilon, one, whole, digits, weight1, weight2] = c as [
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
  return (p, g, m = 0, h = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const root = power ? raised(h, one, whole, digits, weight1, weight2) : sqrt(h);
    p = sub(p, div(mul(m, stepSize), add(root, epsilon)));
    return [p, m];
  };
};
