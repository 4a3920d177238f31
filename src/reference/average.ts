// The exponential moving average of a value `g`; with the flag, `a` is the raw average and `p` the corrected
// one.
import type { ElementRule } from './arithmetic.js';

export const average: ElementRule = ({ add, div, mul }, c, flags) => {
  const { corrected } = flags;
  const [decay, decayRest, correction] = c as [number, number, number];
  return (p, g, a = 0) => {
    if (corrected) a = add(mul(a, decay), mul(g, decayRest));
    if (corrected) p = div(a, correction);
    else p = add(mul(p, decay), mul(g, decayRest));
    return [p, a];
  };
};
