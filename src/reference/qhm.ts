// Quasi-hyperbolic momentum: a step along both the gradient and its average. The learning rate is in both weights.
import type { ElementRule } from './arithmetic.js';

export const qhm: ElementRule = ({ add, mul, sub }, c) => {
  const [mu, muRest, gStep, bStep] = c as [number, number, number, number];
  return (p, g, b = 0) => {
    b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, add(mul(g, gStep), mul(b, bStep)));
    return [p, b];
  };
};
