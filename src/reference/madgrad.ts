// MADGRAD: dual averaging, over the cube root of the weighted sum of squares. Without the flag for momentum the start is not
// kept, but found again from where the parameter is. A root of 0 has a product in the place of its quotient: nothing.
import type { ElementRule } from './arithmetic.js';

export const madgrad: ElementRule = ({ add, div, cubeRoot, mul, select, sub }, c, flags) => {
  const { momentum } = flags;
  const [lambda, epsilon, keep, rest, begins] = c as [number, number, number, number, number];
  return (p, g, sum = 0, s = 0, start = 0) => {
    const root = add(cubeRoot(sum), epsilon);
    if (momentum) start = select(begins, p, start);
    else start = add(p, select(root, div(s, root), mul(s, root)));
    sum = add(sum, mul(mul(g, g), lambda));
    s = add(s, mul(g, lambda));
    const rms = add(cubeRoot(sum), epsilon);
    const z = sub(start, select(rms, div(s, rms), mul(s, rms)));
    p = add(mul(p, keep), mul(z, rest));
    return [p, sum, s, start];
  };
};
