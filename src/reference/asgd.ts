// Averaged SGD: `ax` is the parameter itself until averaging begins, then the running mean of the parameters.
import type { ElementRule } from './arithmetic.js';

export const asgd: ElementRule = ({ add, mul, select, sub }, c) => {
  const [keep, eta, averaging, mu] = c as [number, number, number, number];
  return (p, g, ax = 0) => {
    p = sub(mul(p, keep), mul(g, eta));
    ax = select(averaging, add(ax, mul(sub(p, ax), mu)), p);
    return [p, ax];
  };
};
