// COCOB: bets on each element by itself, from a start that it keeps, with the reward that it has won so far. Two divisions,
// since a product of the two divisors would be lost where gradients are small.
import type { ElementRule } from './arithmetic.js';

export const cocob: ElementRule = ({ abs, add, div, max, mul, sub }, c, flags) => {
  const { begins } = flags;
  const [lr, alpha, zero] = c as [number, number, number];
  return (p, g, total = 0, sum = 0, reward = 0, scale = 0, start = 0) => {
    if (begins) start = p;
    const d = mul(g, lr);
    scale = max(scale, abs(d));
    sum = add(sum, abs(d));
    reward = max(sub(reward, mul(d, sub(p, start))), zero);
    total = sub(total, d);
    const wealth = div(add(scale, reward), max(add(sum, scale), mul(scale, alpha)));
    p = add(start, mul(div(total, scale), wealth));
    return [p, total, sum, reward, scale, start];
  };
};
