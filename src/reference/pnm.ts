// Positive-negative momentum: two momenta that take turns. The step is more than the whole of the one that moves, less a part
// of the one that rests, which is left alone; with the flag, the second one moves.
import type { ElementRule } from './arithmetic.js';

export const pnm: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { even } = flags;
  const [decay, decayRest, moved, rested] = c as [number, number, number, number];
  return (p, g, first = 0, second = 0) => {
    if (even) second = add(mul(second, decay), mul(g, decayRest));
    else first = add(mul(first, decay), mul(g, decayRest));
    p = sub(p, sub(mul(even ? second : first, moved), mul(even ? first : second, rested)));
    return [p, first, second];
  };
};
