// Adaptive sharpness-aware minimization: how large the gradient is where each element is measured by its own size
// (`asam.size`), and the way up the slope.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const asamSize: ElementRule = ({ abs, add, mul, plus }, c, _flags, sums) => {
  const [share, eta] = c as [number, number];
  const [size] = sums as [Sum];
  return (p, g) => {
    const w = add(mul(abs(p), share), eta);
    const scaled = mul(g, w);
    plus(size, scaled, scaled);
    return [];
  };
};

export const asamAscend: ElementRule = ({ abs, add, mul }, c) => {
  const [share, eta, scale] = c as [number, number, number];
  return (p, g, origin = 0) => {
    origin = p;
    const w = add(mul(abs(p), share), eta);
    p = add(p, mul(mul(mul(g, w), w), scale));
    return [p, origin];
  };
};
