// Schedule-free SGD: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x, which lies on the
// line through y and z.
import type { ElementRule } from './arithmetic.js';

export const scheduleFreeSgd: ElementRule = ({ add, mul, select, sub }, c) => {
  const [begins, shareRest, share, gStep, lr] = c as [number, number, number, number, number];
  return (p, g, z = 0) => {
    z = select(begins, p, z);
    p = add(add(mul(p, shareRest), mul(z, share)), mul(g, gStep));
    z = sub(z, mul(g, lr));
    return [p, z];
  };
};
