// Schedule-free AdamW: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x, which lies on
// the line through y and z. `eval` goes from y to x.
import type { ElementRule } from './arithmetic.js';

export const scheduleFreeAdamw: ElementRule = ({ add, div, mul, select, sqrt, sub }, c) => {
  const [begins, beta2, beta2Rest, root, epsilon, rate, shareRest, share, uStep, lr] = c as [
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
  return (p, g, z = 0, v = 0) => {
    z = select(begins, p, z);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = add(div(mul(g, root), add(sqrt(v), epsilon)), mul(p, rate));
    p = add(add(mul(p, shareRest), mul(z, share)), mul(u, uStep));
    z = sub(z, mul(u, lr));
    return [p, z, v];
  };
};

export const scheduleFreeAdamwEval: ElementRule = ({ add, mul }, c) => {
  const [ofY, ofZ] = c as [number, number];
  return (p, _g, z = 0) => {
    p = add(mul(p, ofY), mul(z, ofZ));
    return [p, z];
  };
};
