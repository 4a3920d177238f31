// TensorFlow.js' Adagrad: epsilon stands under the root.
import type { ElementRule } from './arithmetic.js';

export const tfjsAdagrad: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [lr, epsilon] = c as [number, number];
  return (p, g, s = 0) => {
    s = add(s, mul(g, g));
    p = sub(p, mul(div(g, sqrt(add(s, epsilon))), lr));
    return [p, s];
  };
};
