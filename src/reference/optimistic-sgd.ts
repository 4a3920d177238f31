// Optimistic gradient descent: a step along the gradient, less one along the gradient before, which is 0 at first.
import type { ElementRule } from './arithmetic.js';

export const optimisticSgd: ElementRule = ({ mul, sub }, c) => {
  const [gStep, beforeStep] = c as [number, number];
  return (p, g, before = 0) => {
    p = sub(p, sub(mul(g, gStep), mul(before, beforeStep)));
    before = g;
    return [p, before];
  };
};
