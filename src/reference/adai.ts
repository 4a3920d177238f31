// Adai, in two passes: the second moments, which it adds up, and the rest. `inertia` is what an element keeps of its average,
// `kept` the product of all of them. `share` is beta0 over the mean of the second moments, which it has corrected; with the
// flag both are under the power that it is raised to.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const adaiMoments: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [beta2, beta2Rest, one] = c as [number, number, number];
  const [total] = sums as [Sum];
  return (_p, g, _m, v = 0) => {
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(total, v, one);
    return [undefined, undefined, v];
  };
};

export const adai: ElementRule = ({ add, div, max, min, mul, raised, sub }, c, { dampened }) => {
  const [share, least, one, lr, whole, digits, weight1, weight2, whole2, digits2, weight3, weight4] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0, kept = 0) => {
    const part = dampened ? raised(mul(v, share), one, whole, digits, weight1, weight2) : mul(v, share);
    const rest = min(one, max(least, part));
    const inertia = sub(one, rest);
    const enters = dampened ? raised(rest, one, whole2, digits2, weight3, weight4) : rest;
    m = add(mul(m, inertia), mul(g, enters));
    kept = mul(kept, inertia);
    p = sub(p, div(mul(m, lr), sub(one, kept)));
    return [p, m, undefined, kept];
  };
};
