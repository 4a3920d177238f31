// Sharpness-aware minimization, over any rule: up the slope, and back to the `origin` that was left there.
import type { ElementRule } from './arithmetic.js';

export const samAscend: ElementRule = ({ add, mul }, c) => {
  const [scale] = c as [number];
  return (p, g, origin = 0) => {
    origin = p;
    p = add(p, mul(g, scale));
    return [p, origin];
  };
};
