// The sum of the gradient's squares: what clipping by a norm is computed from, and what shows that a number is not finite.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const norm: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [size] = sums as [Sum];
  return (_p, g) => {
    plus(size, g, g);
    return [];
  };
};
