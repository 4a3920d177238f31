// Shampoo, of a matrix: the gradient is taken, and then the step along what became of it. Between the two it is multiplied by roots of
// matrices, in TypeScript. What is too large for such goes plainly down the gradient.
import type { ElementRule } from './arithmetic.js';

export const shampooTake: ElementRule = () => {
  return (_p, g, u = 0) => {
    u = g;
    return [undefined, u];
  };
};

export const shampooFactored: ElementRule = ({ mul, sub }, c) => {
  const [lr] = c as [number];
  return (p, _g, u = 0) => {
    p = sub(p, mul(u, lr));
    return [p];
  };
};

export const shampoo: ElementRule = ({ mul, sub }, c) => {
  const [lr] = c as [number];
  return (p, g) => {
    p = sub(p, mul(g, lr));
    return [p];
  };
};
