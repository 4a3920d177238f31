// Cautious weight decay: an element decays only where its update does not lead away from zero.
import type { ElementRule } from './arithmetic.js';

export const cautiousDecay: ElementRule = ({ mul, neg, select, sign, sub }, c) => {
  const [zero, rate] = c as [number, number];
  return (p, _g, origin = 0) => {
    const against = neg(mul(sign(sub(origin, p)), sign(origin)));
    p = sub(p, select(against, zero, mul(origin, rate)));
    return [p];
  };
};
