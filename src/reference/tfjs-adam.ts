// TensorFlow.js' Adam: both moments are divided by their bias corrections, element by element; with the flag,
// the correction of the first is 1, as it is in float32 from some step on.
import type { ElementRule } from './arithmetic.js';

export const tfjsAdam: ElementRule = ({ add, div, mul, sqrt, sub }, c, flags) => {
  const { settled } = flags;
  const [beta1, beta1Rest, beta2, beta2Rest, correction1, correction2, lr, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const first = settled ? m : div(m, correction1);
    p = sub(p, mul(div(first, add(sqrt(div(v, correction2)), epsilon)), lr));
    return [p, m, v];
  };
};
