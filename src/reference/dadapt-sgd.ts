// D-Adapt SGD: dual averaging, whose step goes by an estimate d of how far away the solution is. The first pass adds up what the
// estimate is made of, and the gradients to their sum; the second moves the parameter.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const dadaptSgdSums: ElementRule = ({ add, mul, plus, select }, c, _flags, sums) => {
  const [begins, stepSize] = c as [number, number];
  const [product, size] = sums as [Sum, Sum];
  return (p, g, s = 0, start = 0) => {
    start = select(begins, p, start);
    plus(product, g, s);
    s = add(s, mul(g, stepSize));
    plus(size, s, s);
    return [undefined, s, start];
  };
};

export const dadaptSgd: ElementRule = ({ add, mul, sub }, c) => {
  const [mu, muRest] = c as [number, number];
  return (p, _g, s = 0, start = 0) => {
    p = add(mul(p, mu), mul(sub(start, s), muRest));
    return [p, s, start];
  };
};
