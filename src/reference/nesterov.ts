// Nesterov's accelerated gradient in Sutskever's form: with `ahead`, the way to the look-ahead point, with `back`, the way
// back from there; without flags, the update from the `origin` that was left there, with the gradient taken at that point.
import type { ElementRule } from './arithmetic.js';

export const nesterov: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { ahead, back } = flags;
  const [momentum, lr] = c as [number, number];
  return (p, g, v = 0, origin = 0) => {
    if (ahead) origin = p;
    if (ahead) p = add(origin, mul(v, momentum));
    if (back) p = origin;
    if (!ahead && !back) v = sub(mul(v, momentum), mul(g, lr));
    if (!ahead && !back) p = add(origin, v);
    return [p, v, origin];
  };
};
