// SGDP: momentum, whose update loses its part along the parameter where the gradient stands upright on it. The first pass brings the
// momentum forward and adds up, of each row of a matrix, what says whether it does, and the part itself. `along` is then that part over
// the parameter, a number for each row; 0 where nothing is taken away.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const sgdpMoments: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [mu, rest, bPart, gPart] = c as [number, number, number, number];
  const [product, gradient, weight, update] = sums as [Sum, Sum, Sum, Sum];
  return (p, g, along, b = 0) => {
    b = add(mul(b, mu), mul(g, rest));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, add(mul(b, bPart), mul(g, gPart)), p);
    return [undefined, along, b];
  };
};

export const sgdp: ElementRule = ({ add, mul, sub }, c, { nesterov, factored }) => {
  const [mu, stepSize, keep] = c as [number, number, number];
  return (p, g, along = 0, b = 0) => {
    const u = nesterov ? add(mul(b, mu), g) : b;
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));
    return [p, undefined, b];
  };
};
