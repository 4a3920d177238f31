// Gradient centralization: a row of the gradient loses its mean. The gradient that the rule is given takes the parameter's place
// here, and is read nowhere.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const centralizeTotal: ElementRule = ({ plus }, c, _flags, sums) => {
  const [one] = c as [number];
  const [total] = sums as [Sum];
  return (_p, g) => {
    plus(total, g, one);
    return [];
  };
};

export const centralize: ElementRule = ({ sub }) => {
  return (p, g, mean = 0) => {
    p = sub(g, mean);
    return [p];
  };
};
