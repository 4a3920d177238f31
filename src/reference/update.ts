// One pass of the reference over a tensor: the stages, then the kernel, element by element.
import { blockLength, maxSums } from '../backends/backend.js';
import { lastPlace } from '../slots.js';
import type { FloatArray } from '../types.js';
import { arithmetic } from './arithmetic.js';
import { rules, wrappers } from './index.js';
import { decay, scale, shrink } from './stages.js';
import { lanes, Sum } from './sum.js';

/** A tensor of the reference, with its slots; null for a letter that the variant leaves out. */
export interface ReferenceTensor {
  readonly p: FloatArray;
  readonly g: FloatArray;
  readonly slots: readonly (FloatArray | null)[];
}

/**
 * @param kernel the kernel's name: the rule, then its flags
 * @param row the stages' three numbers, then the coefficients; each is rounded once to the tensor's type
 * @param sums [blocks of the tensor][maxSums], where what the kernel adds up is left; absent where nobody asks for it
 */
export function referenceStep(
  kernel: string,
  row: readonly number[],
  { p, g, slots }: ReferenceTensor,
  sums?: Float64Array,
): void {
  const [name, ...flags] = kernel.split('.') as [string, ...string[]];
  const single = p instanceof Float32Array;
  const words = arithmetic[single ? 'float32' : 'float64'];
  const round = single ? Math.fround : (x: number) => x;
  const [factor, rate, keep, ...coefficients] = row as [number, number, number, ...number[]];
  const flagged = Object.fromEntries(flags.map(flag => [flag, true]));
  // Nesterov momentum of SGD has a momentum buffer like any other.
  if (name === 'sgd' && flagged.nesterov) flagged.momentum = true;
  const place = { lane: 0 };
  const adding = Array.from({ length: maxSums }, () => new Sum(place));
  const update = (rules[kernel] ?? rules[name]!)(words, coefficients.map(round), flagged, adding);
  // A wrapper's kernel has its letters in the last places.
  const [s0, s1, s2, s3, s4, s5] = wrappers.has(name) ? slots.slice(lastPlace) : slots;
  // Millions of elements go through this loop when steps are drawn at random: it makes no lists but the rule's own.
  for (let i = 0; i < p.length; i++) {
    place.lane = i % lanes;
    let x = p[i]!;
    let d = g[i]!;
    if (factor !== 1) d = scale(words, round(factor), d);
    if (rate !== 0) d = decay(words, round(rate), x, d);
    if (keep !== 1) x = shrink(words, round(keep), x);
    const next = update(
      x,
      d,
      s0 ? s0[i]! : 0,
      s1 ? s1[i]! : 0,
      s2 ? s2[i]! : 0,
      s3 ? s3[i]! : 0,
      s4 ? s4[i]! : 0,
      s5 ? s5[i]! : 0,
    );
    if (next[0] !== undefined) p[i] = next[0];
    if (s0 && next[1] !== undefined) s0[i] = next[1];
    if (s1 && next[2] !== undefined) s1[i] = next[2];
    if (s2 && next[3] !== undefined) s2[i] = next[3];
    if (s3 && next[4] !== undefined) s3[i] = next[4];
    if (s4 && next[5] !== undefined) s4[i] = next[5];
    if (s5 && next[6] !== undefined) s5[i] = next[6];
    if (sums !== undefined && ((i + 1) % blockLength === 0 || i + 1 === p.length)) {
      const at = Math.floor(i / blockLength) * maxSums;
      for (let k = 0; k < maxSums; k++) sums[at + k] = adding[k]!.take() ?? sums[at + k]!;
    }
  }
}
