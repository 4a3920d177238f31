// A cautious update: an element moves only where the rule moves it against its gradient. How many do, and the update of these,
// larger for those that rest.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const cautiousCount: ElementRule = ({ max, mul, plus, sign, sub }, c, _flags, sums) => {
  const [zero] = c as [number];
  const [count] = sums as [Sum];
  return (p, g, origin = 0) => {
    const agrees = max(mul(sign(sub(origin, p)), sign(g)), zero);
    plus(count, agrees, agrees);
    return [];
  };
};

export const cautious: ElementRule = ({ max, mul, sign, sub }, c) => {
  const [zero, scale] = c as [number, number];
  return (p, g, origin = 0) => {
    const u = sub(origin, p);
    const agrees = max(mul(sign(u), sign(g)), zero);
    p = sub(origin, mul(mul(u, agrees), scale));
    return [p];
  };
};
