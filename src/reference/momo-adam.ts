// MoMo in Adam's metric, in two passes: Adam's averages, with what the step size is made of; then the step, whose weight decay
// stands before it or after it. The root of the second bias correction is folded into the coefficients: scale is that root,
// epsilon = eps scale.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const momoAdamMoments: ElementRule = ({ add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, scale, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [slope, size, way] = sums as [Sum, Sum, Sum];
  return (p, g, d = 0, v = 0) => {
    d = add(mul(d, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(slope, g, p);
    plus(size, d, div(mul(d, scale), add(sqrt(v), epsilon)));
    plus(way, d, p);
    return [undefined, d, v];
  };
};

export const momoAdam: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [before, stepSize, epsilon, after] = c as [number, number, number, number];
  return (p, _g, d = 0, v = 0) => {
    p = mul(sub(mul(p, before), div(mul(d, stepSize), add(sqrt(v), epsilon))), after);
    return [p, d, v];
  };
};
