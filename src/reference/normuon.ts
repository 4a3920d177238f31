// NorMuon, of a matrix: the direction, whose norm is added up, as Muon's; what became of it, whose squares are added up row by row;
// and the step along it, each row times a number of its own. Between the first two it is made orthogonal (products.ts). What is no
// matrix goes AdamW's way.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const normuonDirection: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [momentum, momentumRest, ofMomentum, ofGradient] = c as [number, number, number, number];
  const [update] = sums as [Sum];
  return (_p, g, _average, _square, _row, u = 0, m = 0) => {
    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);
    return [undefined, undefined, undefined, undefined, u, m];
  };
};

export const normuonSquares: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [row] = sums as [Sum];
  return (_p, _g, _average, _square, _row, u = 0) => {
    plus(row, u, u);
    return [];
  };
};

export const normuon: ElementRule = ({ mul, sub }) => {
  return (p, _g, _average, _square, byRow = 0, u = 0) => {
    p = sub(p, mul(u, byRow));
    return [p];
  };
};
