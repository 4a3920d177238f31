// The sign of the gradient, or, with the flag, of its average (Signum).
import type { ElementRule } from './arithmetic.js';

export const signsgd: ElementRule = ({ add, mul, sign, sub }, c, flags) => {
  const { momentum } = flags;
  const [lr, mu, muRest] = c as [number, number, number];
  return (p, g, b = 0) => {
    if (momentum) b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, mul(sign(momentum ? b : g), lr));
    return [p, b];
  };
};
