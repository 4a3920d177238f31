// Tiger: the sign of the average of the gradient. Where the step goes by the tensor's root mean square, a first pass
// adds up the squares, and the tensor's own weight decay is in `keep`.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const tigerSize: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [size] = sums as [Sum];
  return p => {
    plus(size, p, p);
    return [undefined];
  };
};

export const tiger: ElementRule = ({ add, mul, sign, sub }, c) => {
  const [beta, betaRest, stepSize, keep] = c as [number, number, number, number];
  return (p, g, m = 0) => {
    m = add(mul(m, beta), mul(g, betaRest));
    p = sub(mul(p, keep), mul(sign(m), stepSize));
    return [p, m];
  };
};
