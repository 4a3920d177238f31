// TensorFlow.js' Adadelta: the step is divided by the root of the average before this step's gradient.
import type { ElementRule } from './arithmetic.js';

export const tfjsAdadelta: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [lr, rho, rhoRest, epsilon] = c as [number, number, number, number];
  return (p, g, s = 0, a = 0) => {
    const d = mul(div(sqrt(add(a, epsilon)), sqrt(add(s, epsilon))), g);
    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));
    return [p, s, a];
  };
};
