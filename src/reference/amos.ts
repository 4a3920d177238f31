// Amos: the gradient over the root of its second moment, times a rate that falls as a decay b grows, which also holds the
// parameter back. Of a matrix v and b are numbers of a row: the first pass adds up the squares of the gradient, and what holds
// back and what moves stands in the row's numbers.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const amosSquares: ElementRule = ({ max, min, neg, plus }, c, _flags, sums) => {
  const [clip] = c as [number];
  const [row] = sums as [Sum];
  return (_p, g) => {
    const d = min(clip, max(neg(clip), g));
    plus(row, d, d);
    return [undefined];
  };
};

export const amos: ElementRule = ({ add, div, max, min, mul, neg, sqrt }, c, { momentum }) => {
  const [clip, mu, muRest, beta, betaRest, one, epsilon, halfRate, slows, damps, extraL2, initial] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, _decay, _step, m = 0, v = 0, b = 0) => {
    const d = min(clip, max(neg(clip), g));
    v = add(mul(v, beta), mul(mul(d, d), betaRest));
    const inverse = div(one, max(epsilon, v));
    const half = mul(mul(mul(d, d), inverse), div(halfRate, sqrt(add(one, mul(b, slows)))));
    const way = add(mul(p, add(half, extraL2)), mul(d, mul(initial, sqrt(inverse))));
    const u = neg(div(way, add(one, mul(b, damps))));
    b = add(b, mul(add(half, half), add(one, b)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);
    return [p, undefined, undefined, m, v, b];
  };
};

export const amosFactored: ElementRule = ({ add, max, min, mul, neg }, c, { momentum }) => {
  const [clip, mu, muRest] = c as [number, number, number];
  return (p, g, decay = 0, step = 0, m = 0) => {
    const d = min(clip, max(neg(clip), g));
    const u = neg(add(mul(p, decay), mul(d, step)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);
    return [p, undefined, undefined, m];
  };
};
