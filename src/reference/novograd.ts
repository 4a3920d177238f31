// NovoGrad: the average of gradients that are divided by the root of their tensor's second moment, which is one number and
// stands in `scale`.
import type { ElementRule } from './arithmetic.js';

export const novograd: ElementRule = ({ add, mul, sub }, c) => {
  const [beta1, scale, rate, lr] = c as [number, number, number, number];
  return (p, g, m = 0) => {
    m = add(mul(m, beta1), add(mul(g, scale), mul(p, rate)));
    p = sub(p, mul(m, lr));
    return [p, m];
  };
};
