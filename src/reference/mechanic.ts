// Mechanic, over any rule: what its base has done to a parameter, times a scale that it finds. First it adds up how the gradients
// go along with the sum of the base's updates before (`mechanic.sums`), then it moves the parameter from where it began. That sum
// is found again from where the parameter was, or stored.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const mechanicSums: ElementRule = ({ mul, plus, sub }, c, _flags, sums) => {
  const [inverse] = c as [number];
  const [product, lean, gradient, weight] = sums as [Sum, Sum, Sum, Sum];
  return (p, g, ref = 0, origin = 0) => {
    const delta = mul(sub(origin, ref), inverse);
    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
    return [undefined, ref, origin];
  };
};

export const mechanicMove: ElementRule = ({ add, mul, sub }, c) => {
  const [inverse, scale] = c as [number, number];
  return (p, _g, ref = 0, origin = 0) => {
    const delta = mul(sub(origin, ref), inverse);
    p = add(ref, mul(add(delta, sub(p, origin)), scale));
    return [p, ref, origin];
  };
};

export const mechanicStoredSums: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [product, lean, gradient, weight] = sums as [Sum, Sum, Sum, Sum];
  return (p, g, delta = 0) => {
    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
    return [undefined, delta];
  };
};

export const mechanicStoredMove: ElementRule = ({ add, mul, sub }, c) => {
  const [scale] = c as [number];
  return (p, _g, delta = 0, ref = 0, origin = 0) => {
    delta = add(delta, sub(p, origin));
    p = add(ref, mul(delta, scale));
    return [p, delta, ref, origin];
  };
};
