/** What a tensor may hold: from ordinary numbers to whatever 32 or 64 bits can mean. */
import type { Dtype, FloatArray } from '../../src/types.js';
import type { Generator } from './generator.js';

/** Kinds of numbers, and how often each is drawn. */
export const kinds = {
  /** Of many magnitudes. */
  ordinary: 44,
  /** Between -1 and 1. */
  unit: 20,
  /** A third of them zeros, infinities, NaN, the least, the largest and their like. */
  special: 13,
  /** Any bits at all. */
  bits: 12,
  /** Around the least normal number. */
  tiny: 6,
  /** Close to the largest. */
  huge: 5,
} as const;

export type Kind = keyof typeof kinds;

// Exponents, without their bias, by kind and type; 0 there stands for what has none.
const exponents: Record<'ordinary' | 'tiny' | 'huge', Record<Dtype, readonly [number, number]>> = {
  ordinary: { float32: [-20, 7], float64: [-20, 7] },
  tiny: { float32: [-127, -118], float64: [-1023, -1000] },
  huge: { float32: [110, 127], float64: [900, 1023] },
};

const specials = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  1,
  -1,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  2 ** 64,
  -(2 ** -63),
  2 ** -1074,
  -(2 ** -1022),
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 512,
  2 ** -537,
];

/** The index, in 32-bit words, of the half of a double that has its exponent. */
const high = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Fills an array. The numbers at its beginning do not depend on its length. */
export function fill(array: FloatArray, kind: Kind, random: Generator): void {
  const wide = array.BYTES_PER_ELEMENT === 8;
  const bits = new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
  if (kind === 'bits') {
    for (let i = 0; i < bits.length; i++) bits[i] = random.word();
    return;
  }
  if (kind === 'unit') {
    for (let i = 0; i < array.length; i++) array[i] = random.unit() * 2 - 1;
    return;
  }
  const [least, most] = exponents[kind === 'special' ? 'ordinary' : kind][wide ? 'float64' : 'float32'];
  for (let i = 0; i < array.length; i++) {
    const digits = random.word();
    const exponent = least + random.below(most - least + 1);
    if (wide) {
      bits[2 * i + 1 - high] = random.word();
      bits[2 * i + high] = (digits & 0x800fffff) | ((1023 + exponent) << 20);
    } else {
      bits[i] = (digits & 0x807fffff) | ((127 + exponent) << 23);
    }
    if (kind === 'special' && random.chance(0.35)) array[i] = random.pick(specials);
  }
}
