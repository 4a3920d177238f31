// MoMo, in two passes: the average of the gradients, with what the step size is made of; then the step, whose weight decay
// stands before it or after it, as TypeScript says.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const momoMoments: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [beta, betaRest] = c as [number, number];
  const [slope, size, way] = sums as [Sum, Sum, Sum];
  return (p, g, d = 0) => {
    d = add(mul(d, beta), mul(g, betaRest));
    plus(slope, g, p);
    plus(size, d, d);
    plus(way, d, p);
    return [undefined, d];
  };
};

export const momo: ElementRule = ({ mul, sub }, c) => {
  const [before, stepSize, after] = c as [number, number, number];
  return (p, _g, d = 0) => {
    p = mul(sub(mul(p, before), mul(d, stepSize)), after);
    return [p, d];
  };
};
