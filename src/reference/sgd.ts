// Stochastic gradient descent; with the flags, momentum and the reformulated Nesterov momentum of Sutskever
// et al.
import type { ElementRule } from './arithmetic.js';

export const sgd: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { momentum, nesterov } = flags;
  const [lr, mu, dampeningRest] = c as [number, number, number];
  return (p, g, b = 0) => {
    if (momentum) b = add(mul(b, mu), mul(g, dampeningRest));
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));
    return [p, b];
  };
};
