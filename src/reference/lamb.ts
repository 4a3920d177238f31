// LAMB, in two passes: Adam's moments with the squares of two norms, the parameter's and its update's; then the update, times
// what TypeScript made of the two. Adam's bias corrections are folded into the coefficients: scale = sqrt(bc2) / bc1,
// epsilon = eps sqrt(bc2).
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const lambMoments: ElementRule = ({ add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, scale, epsilon, rate] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [weight, update] = sums as [Sum, Sum];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    plus(weight, p, p);
    plus(update, u, u);
    return [undefined, m, v];
  };
};

export const lamb: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [scale, epsilon, rate, stepSize] = c as [number, number, number, number];
  return (p, _g, m = 0, v = 0) => {
    const u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    p = sub(p, mul(u, stepSize));
    return [p, m, v];
  };
};
