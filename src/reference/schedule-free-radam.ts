// Schedule-free RAdam: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x, which lies on
// the line through y and z. Until the variance of v can be told (`adapts`), steps go along the gradient.
import type { ElementRule } from './arithmetic.js';

export const scheduleFreeRadam: ElementRule = ({ add, div, mul, select, sqrt, sub }, c) => {
  const [begins, beta2, beta2Rest, adapts, root, epsilon, rate, shareRest, share, uStep, lr] = c as [
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
  return (p, g, z = 0, v = 0) => {
    z = select(begins, p, z);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const u = add(select(adapts, div(mul(g, root), add(sqrt(v), epsilon)), g), mul(p, rate));
    p = add(add(mul(p, shareRest), mul(z, share)), mul(u, uStep));
    z = sub(z, mul(u, lr));
    return [p, z, v];
  };
};
