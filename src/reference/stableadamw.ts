// StableAdamW, in two passes: Adam's moments, with the squares of the gradient over the second moment; then Adam's step, at a rate
// that TypeScript made of their mean. The averages' decay rates are those of the step, so that no correction is left.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const stableadamwMoments: ElementRule = ({ add, div, max, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, epsilon] = c as [number, number, number, number, number];
  const [excess] = sums as [Sum];
  return (_p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = div(g, max(sqrt(v), epsilon));
    plus(excess, u, u);
    return [undefined, m, v];
  };
};

export const stableadamw: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [keep, stepSize, epsilon] = c as [number, number, number];
  return (p, _g, m = 0, v = 0) => {
    p = sub(mul(p, keep), div(mul(m, stepSize), add(sqrt(v), epsilon)));
    return [p, m, v];
  };
};
