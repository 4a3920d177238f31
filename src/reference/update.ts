// One step of the reference over a tensor: the stages, then the rule, element by element.
import type { FloatArray } from '../types.js';
import { arithmetic } from './arithmetic.js';
import { rules } from './index.js';
import { decay, scale, shrink } from './stages.js';

/** A tensor of the reference, with its slots; null for a letter that the variant leaves out. */
export interface ReferenceTensor {
  readonly p: FloatArray;
  readonly g: FloatArray;
  readonly slots: readonly (FloatArray | null)[];
}

/**
 * @param kernel the kernel's name: the rule, then its flags
 * @param row the stages' three numbers, then the coefficients; each is rounded once to the tensor's type
 */
export function referenceStep(
  kernel: string,
  row: readonly number[],
  { p, g, slots }: ReferenceTensor,
): void {
  const [name, ...flags] = kernel.split('.') as [string, ...string[]];
  const single = p instanceof Float32Array;
  const words = arithmetic[single ? 'float32' : 'float64'];
  const round = single ? Math.fround : (x: number) => x;
  const [factor, rate, keep, ...coefficients] = row as [number, number, number, ...number[]];
  const flagged = Object.fromEntries(flags.map(flag => [flag, true]));
  // Nesterov momentum of SGD has a momentum buffer like any other.
  if (name === 'sgd' && flagged.nesterov) flagged.momentum = true;
  const update = rules[name]!(words, coefficients.map(round), flagged);
  const [first, second, third] = slots;
  // Millions of elements go through this loop when steps are drawn at random: it makes no lists but the rule's own.
  for (let i = 0; i < p.length; i++) {
    let x = p[i]!;
    let d = g[i]!;
    if (factor !== 1) d = scale(words, round(factor), d);
    if (rate !== 0) d = decay(words, round(rate), x, d);
    if (keep !== 1) x = shrink(words, round(keep), x);
    const next = update(x, d, first ? first[i]! : 0, second ? second[i]! : 0, third ? third[i]! : 0);
    p[i] = next[0]!;
    if (first) first[i] = next[1]!;
    if (second) second[i] = next[2]!;
    if (third) third[i] = next[3]!;
  }
}
