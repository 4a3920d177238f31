/** Many numbers of the normal distribution, faster than one by one. */
import { newArray } from '../memory.js';
import { exponential, logarithm } from '../numerics/real-power.js';
import type { FloatArray } from '../types.js';
import type { Random } from './random.js';

// Doornik's constants for 128 layers: where the lowest one's rectangle ends, and how large the area of each is.
const [layers, end, area] = [128, 3.442619855899, 9.91256303526217e-3];

const density = (x: number): number => exponential((-x * x) / 2);

interface Layers {
  /** How wide each is, from the lowest one on. */
  readonly widths: Float64Array;
  /** Which part of that lies within the layer above, and so under the curve. */
  readonly within: Float64Array;
  /** How high the curve is at its edge. */
  readonly heights: Float64Array;
}

function pile(): Layers {
  const numbers = () => newArray('float64', layers + 1) as Float64Array;
  const [widths, within, heights] = [numbers(), numbers(), numbers()] as const;
  // The lowest has the tail, too; its width is that of a rectangle of the same area.
  widths[0] = area / density(end);
  widths[1] = end;
  for (let i = 2; i < layers; i++) {
    const below = widths[i - 1]!;
    widths[i] = Math.sqrt(-2 * logarithm(area / below + density(below)));
  }
  for (let i = 0; i <= layers; i++) {
    within[i] = i < layers ? widths[i + 1]! / widths[i]! : 0;
    heights[i] = density(widths[i]!);
  }
  return { widths, within, heights };
}

let known: Layers | null = null;

// What is not within the layer above: of the lowest layer the tail, by Marsaglia's method; of the others what is under the curve, and NaN
// for what is not. A function of its own: the loop is twice as fast without it.
function atEdge(random: Random, { heights }: Layers, layer: number, x: number): number {
  if (layer > 0) {
    const [low, high] = [heights[layer]!, heights[layer + 1]!];
    return low + random.uniform() * (high - low) < density(x) ? x : Number.NaN;
  }
  for (;;) {
    const beyond = -logarithm(1 - random.uniform()) / end;
    const y = -logarithm(1 - random.uniform());
    if (2 * y > beyond * beyond) return end + beyond;
  }
}

/**
 * Fills an array with numbers of mean 0 and variance 1 by the ziggurat method (Marsaglia and Tsang 2000), of whose layers and numbers
 * different bits are drawn (Doornik 2005): one word of `random` each, in 98 of 100 cases, where a number is a multiple of 2^-24 of its
 * layer's width. In + - * / and √ alone, so the same bits everywhere; how the array is cut into stretches changes none.
 */
export function fillNormal(random: Random, values: FloatArray): void {
  known ??= pile();
  const { widths, within } = known;
  for (let k = 0; k < values.length; ) {
    const word = random.next();
    const layer = word & 127;
    const sign = 1 - ((word & 128) >>> 6);
    const part = (word >>> 8) / 16777216;
    let x = part * widths[layer]!;
    if (part >= within[layer]!) {
      x = atEdge(random, known, layer, x);
      if (Number.isNaN(x)) continue;
    }
    values[k++] = sign * x;
  }
}
