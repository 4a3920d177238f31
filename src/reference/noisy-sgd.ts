// Stochastic gradient descent whose gradient has noise: `noise` is a number of the normal distribution, drawn before the step. With the
// flags, momentum and the reformulated Nesterov momentum of Sutskever et al.
import type { ElementRule } from './arithmetic.js';

export const noisySgd: ElementRule = ({ add, mul, sub }, c, { momentum, nesterov }) => {
  const [lr, mu, deviation] = c as [number, number, number];
  return (p, g, b = 0, noise = 0) => {
    g = add(g, mul(noise, deviation));
    if (momentum) b = add(mul(b, mu), g);
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));
    return [p, b];
  };
};
