// The clipping of an update by its root mean square: how large it is, and a part of it.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const updateClipSize: ElementRule = ({ plus, sub }, _c, _flags, sums) => {
  const [size] = sums as [Sum];
  return (p, _g, origin = 0) => {
    const u = sub(origin, p);
    plus(size, u, u);
    return [];
  };
};

export const updateClip: ElementRule = ({ mul, sub }, c) => {
  const [factor] = c as [number];
  return (p, _g, origin = 0) => {
    p = sub(origin, mul(sub(origin, p), factor));
    return [p];
  };
};
