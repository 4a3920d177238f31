// LARS: momentum, where the step of a tensor goes by the norms of its parameter and of its gradient. The first
// pass adds up their squares; at a rate above 0 the gradient has the weight decay in it.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const larsNorms: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [rate] = c as [number];
  const [weight, gradient] = sums as [Sum, Sum];
  return (p, g) => {
    const u = add(g, mul(p, rate));
    plus(weight, p, p);
    plus(gradient, u, u);
    return [undefined];
  };
};

export const lars: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { nesterov } = flags;
  const [rate, stepSize, mu] = c as [number, number, number];
  return (p, g, b = 0) => {
    const d = mul(add(g, mul(p, rate)), stepSize);
    b = add(mul(b, mu), d);
    p = sub(p, nesterov ? add(mul(b, mu), d) : b);
    return [p, b];
  };
};
