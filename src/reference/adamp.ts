// AdamP: Adam, whose update loses its part along the parameter where the gradient stands upright on it. The first pass brings the
// moments forward and adds up, of each row of a matrix, what says whether it does, and the part itself. `along` is then that part over
// the parameter, a number for each row; 0 where nothing is taken away. Adam's bias corrections are folded into the coefficients: the
// parts have sqrt(bc2) / bc1 in them, epsilon sqrt(bc2).
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const adampMoments: ElementRule = ({ add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, mPart, gPart, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [product, gradient, weight, update] = sums as [Sum, Sum, Sum, Sum];
  return (p, g, along, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = div(add(mul(m, mPart), mul(g, gPart)), add(sqrt(v), epsilon));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, u, p);
    return [undefined, along, m, v];
  };
};

export const adamp: ElementRule = ({ add, div, mul, sqrt, sub }, c, { nesterov, factored }) => {
  const [mPart, gPart, epsilon, stepSize, keep] = c as [number, number, number, number, number];
  return (p, g, along = 0, m = 0, v = 0) => {
    const way = nesterov ? add(mul(m, mPart), mul(g, gPart)) : mul(m, mPart);
    const u = div(way, add(sqrt(v), epsilon));
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));
    return [p, undefined, m, v];
  };
};
