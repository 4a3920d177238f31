import { exponential, logarithm } from './real-power.js';

/**
 * A decay rate on its way from `first` to `last`, so that its memory grows by as much every step (Pagliardini et al. 2024): 1 / ln beta
 * lies between theirs as t between 0 and `steps`. It is `last` from then on, and never above it.
 */
export function warmedUp(first: number, last: number, t: number, steps: number): number {
  if (t >= steps || last <= first) return last;
  const done = t / steps;
  // ln 0 has no end: what is left is its limit.
  const inverse = done / logarithm(last) + (first === 0 ? 0 : (1 - done) / logarithm(first));
  return Math.min(exponential(1 / inverse), last);
}
