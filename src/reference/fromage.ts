// Fromage: a step as long as the tensor along its gradient, times the learning rate, and then a scaling. The first pass adds up
// what both norms, and that of the new tensor, follow from.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const fromageNorms: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [weight, gradient, product] = sums as [Sum, Sum, Sum];
  return (p, g) => {
    plus(weight, p, p);
    plus(gradient, g, g);
    plus(product, p, g);
    return [];
  };
};

export const fromage: ElementRule = ({ mul, sub }, c) => {
  const [stepSize, keep] = c as [number, number];
  return (p, g) => {
    p = mul(sub(p, mul(g, stepSize)), keep);
    return [p];
  };
};
