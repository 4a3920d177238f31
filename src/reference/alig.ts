// ALI-G: a step along the gradient, whose size TypeScript made out of the loss; with the flag, Nesterov momentum.
import type { ElementRule } from './arithmetic.js';

export const alig: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { momentum } = flags;
  const [stepSize, mu, rate, ahead] = c as [number, number, number, number];
  return (p, g, b = 0) => {
    p = sub(p, mul(g, stepSize));
    if (momentum) b = sub(mul(b, mu), mul(g, rate));
    if (momentum) p = add(p, mul(b, ahead));
    return [p, b];
  };
};
