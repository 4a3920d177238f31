// Aggregated momentum: a step along the sum of one to four buffers, each with a momentum of its own.
import type { ElementRule } from './arithmetic.js';

export const aggmo: ElementRule = ({ add, mul, sub }, c, flags) => {
  const { two, three, four } = flags;
  const [beta1, beta2, beta3, beta4, stepSize] = c as [number, number, number, number, number];
  return (p, g, b1 = 0, b2 = 0, b3 = 0, b4 = 0) => {
    b1 = add(mul(b1, beta1), g);
    if (two) b2 = add(mul(b2, beta2), g);
    if (three) b3 = add(mul(b3, beta3), g);
    if (four) b4 = add(mul(b4, beta4), g);
    const sum2 = two ? add(b1, b2) : b1;
    const sum3 = three ? add(sum2, b3) : sum2;
    const sum4 = four ? add(sum3, b4) : sum3;
    p = sub(p, mul(sum4, stepSize));
    return [p, b1, b2, b3, b4];
  };
};
