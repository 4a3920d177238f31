// Rprop: only the sign of the gradient counts; each element's step grows while it stays and shrinks where it
// flips.
import type { ElementRule } from './arithmetic.js';

export const rprop: ElementRule = ({ max, min, mul, neg, select, sign, sub }, c) => {
  const [etaMinus, etaPlus, stepMin, stepMax, one, zero] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, prev = 0, step = 0) => {
    const turn = mul(g, prev);
    step = mul(step, select(turn, etaPlus, select(neg(turn), etaMinus, one)));
    step = min(max(step, stepMin), stepMax);
    prev = select(neg(turn), zero, g);
    p = sub(p, mul(sign(prev), step));
    return [p, prev, step];
  };
};
