// MARS: Adam, or the sign of an average, over gradients that are corrected by their change and clipped. A pass before it adds
// up their squares. The bias corrections are folded into the coefficients.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const mars: ElementRule = ({ add, div, max, mul, sign, sqrt, sub }, c, flags) => {
  const { lion, amsgrad } = flags;
  const [change, clip, beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, before = 0, m = 0, v = 0, vmax = 0) => {
    const d = mul(add(g, mul(sub(g, before), change)), clip);
    m = add(mul(m, beta1), mul(d, beta1Rest));
    if (!lion) v = add(mul(v, beta2), mul(mul(d, d), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    before = g;
    if (lion) p = sub(p, mul(sign(m), stepSize));
    else p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));
    return [p, before, m, v, vmax];
  };
};

export const marsSize: ElementRule = ({ add, mul, plus, sub }, c, _flags, sums) => {
  const [change] = c as [number];
  const [size] = sums as [Sum];
  return (_p, g, before = 0) => {
    const d = add(g, mul(sub(g, before), change));
    plus(size, d, d);
    return [undefined, before];
  };
};
