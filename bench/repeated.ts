/** What a kernel adds up over a tensor whose elements repeat, from the terms of one period: in the order that every backend keeps. */
import { blockLength } from '#lanestep/backends/backend.js';
import { lanes } from '#lanestep/reference/sum.js';

/** One block, of which the first element is the one at `phase` of the period. */
function ofBlock(terms: readonly number[], phase: number, length: number): number {
  const sums = new Float64Array(lanes);
  for (let i = 0, at = phase; i < length; i++) {
    sums[i % lanes]! += terms[at]!;
    at = at + 1 === terms.length ? 0 : at + 1;
  }
  for (let half = lanes / 2; half >= 1; half /= 2) {
    for (let l = 0; l < half; l++) sums[l]! += sums[l + half]!;
  }
  return sums[0]!;
}

/** The sum over a tensor of this length, block after block. Blocks that begin at the same place of the period are alike. */
export function repeatedSum(terms: readonly number[], length: number): number {
  const known = new Map<number, number>();
  let sum = 0;
  for (let from = 0; from < length; from += blockLength) {
    const phase = from % terms.length;
    const whole = from + blockLength <= length;
    const block =
      (whole ? known.get(phase) : undefined) ?? ofBlock(terms, phase, Math.min(blockLength, length - from));
    if (whole) known.set(phase, block);
    sum += block;
  }
  return sum;
}
