// Adam-mini: Adam with one second moment for each block, a row of a grid. `byRow` is then the block's step: lr over what Adam
// divides by. Where each element is a block it is Adam itself, whose bias corrections are folded into the coefficients.
import type { ElementRule } from './arithmetic.js';

export const adamMini: ElementRule = ({ add, div, mul, sqrt, sub }, c, { factored }) => {
  const [beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, byRow = 0, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    if (!factored) v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, factored ? mul(m, byRow) : div(mul(m, stepSize), add(sqrt(v), epsilon)));
    return [p, undefined, m, v];
  };
};
