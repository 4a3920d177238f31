// DoG: the gradient, times the distance from the start over the root of all squared gradients. The first pass adds up the squares
// of the distance, of the gradient and of the parameter; the second moves the parameter.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const dogSizes: ElementRule = ({ plus, select, sub }, c, _flags, sums) => {
  const [begins] = c as [number];
  const [distance, gradient, weight] = sums as [Sum, Sum, Sum];
  return (p, g, start = 0) => {
    start = select(begins, p, start);
    const way = sub(p, start);
    plus(distance, way, way);
    plus(gradient, g, g);
    plus(weight, p, p);
    return [undefined, start];
  };
};

export const dog: ElementRule = ({ mul, sub }, c) => {
  const [stepSize] = c as [number];
  return (p, g) => {
    p = sub(p, mul(g, stepSize));
    return [p];
  };
};
