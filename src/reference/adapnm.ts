// AdaPNM: positive-negative momentum over Adam's root. Two momenta take turns: the step is more than the whole of the one that
// moves, less a part of the one that rests, which is left alone; with the flag, the second one moves. The bias corrections are
// folded into the coefficients.
import type { ElementRule } from './arithmetic.js';

export const adapnm: ElementRule = ({ add, div, max, mul, sqrt, sub }, c, flags) => {
  const { amsgrad, even } = flags;
  const [decay, decayRest, beta2, beta2Rest, moved, rested, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, first = 0, v = 0, second = 0, vmax = 0) => {
    if (even) second = add(mul(second, decay), mul(g, decayRest));
    else first = add(mul(first, decay), mul(g, decayRest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    const d = sub(mul(even ? second : first, moved), mul(even ? first : second, rested));
    p = sub(p, div(d, add(sqrt(amsgrad ? vmax : v), epsilon)));
    return [p, first, v, second, vmax];
  };
};
