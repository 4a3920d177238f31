// Muon, of a matrix: the direction, whose norm is added up; then the step along what became of it. Between the two it is made
// orthogonal (products.ts). What is no matrix goes AdamW's way.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const muonDirection: ElementRule = ({ add, mul, plus }, c, _flags, sums) => {
  const [momentum, momentumRest, ofMomentum, ofGradient] = c as [number, number, number, number];
  const [update] = sums as [Sum];
  return (_p, g, _average, _square, m = 0, u = 0) => {
    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);
    return [undefined, undefined, undefined, m, u];
  };
};

export const muon: ElementRule = ({ mul, sub }, c) => {
  const [stepSize] = c as [number];
  return (p, _g, _average, _square, _m, u = 0) => {
    p = sub(p, mul(u, stepSize));
    return [p];
  };
};
