// OrthoGrad: the gradient loses its part along the parameter, and is as long as before again. The parameter is read from its
// place, and the gradient that the rule is given written in it.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const orthogradProducts: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [weight, product, gradient] = sums as [Sum, Sum, Sum];
  return (p, g) => {
    plus(weight, p, p);
    plus(product, p, g);
    plus(gradient, g, g);
    return [];
  };
};

export const orthograd: ElementRule = ({ mul, plus, sub }, c, _flags, sums) => {
  const [along] = c as [number];
  const [rest] = sums as [Sum];
  return (p, g) => {
    p = sub(g, mul(p, along));
    plus(rest, p, p);
    return [p];
  };
};

export const orthogradScale: ElementRule = ({ mul }, c) => {
  const [factor] = c as [number];
  return (p, g) => {
    p = mul(g, factor);
    return [p];
  };
};
