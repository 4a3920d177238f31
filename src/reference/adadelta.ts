// Adadelta: the step is the ratio of two averages, of past steps `a` and of gradients `s`, under one root.
import type { ElementRule } from './arithmetic.js';

export const adadelta: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [lr, rho, rhoRest, epsilon] = c as [number, number, number, number];
  return (p, g, s = 0, a = 0) => {
    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    const d = mul(sqrt(div(add(a, epsilon), add(s, epsilon))), g);
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));
    return [p, s, a];
  };
};
