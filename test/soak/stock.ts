/** Arrays for optimizers, made once: what grows in a soak must not be the soak's own. */
import type { Dtype, FloatArray } from '../../src/types.js';
import type { Generator } from '../random/generator.js';

export type Size = 'small' | 'medium' | 'large';

/** Lengths of the tensors of an optimizer. `large` is above where a step uses other threads (65,536 elements). */
const lengths: Record<Size, readonly number[]> = {
  small: [1, 7, 33, 64, 129, 500],
  medium: [20_000, 3, 4097],
  large: [270_001, 1025, 20_000],
};

const noiseLength = 400_000;

/** Arrays over shared memory, so that steps on another thread can be taken with them. */
function shared(dtype: Dtype, length: number): FloatArray {
  return dtype === 'float32'
    ? new Float32Array(new SharedArrayBuffer(4 * length))
    : new Float64Array(new SharedArrayBuffer(8 * length));
}

export class Stock {
  readonly #noise: Record<Dtype, FloatArray>;
  readonly #places = new Map<string, readonly FloatArray[]>();

  constructor(random: Generator) {
    const filled = (dtype: Dtype) => {
      const array = shared(dtype, noiseLength);
      for (let i = 0; i < array.length; i++) array[i] = (random.unit() - 0.5) * 2 ** -random.below(12);
      return array;
    };
    this.#noise = { float32: filled('float32'), float64: filled('float64') };
  }

  /** The arrays of this size and use: always the same ones. */
  places(use: string, size: Size, dtype: Dtype): readonly FloatArray[] {
    const key = [use, size, dtype].join();
    const made = this.#places.get(key) ?? lengths[size].map(length => shared(dtype, length));
    this.#places.set(key, made);
    return made;
  }

  /** Numbers somewhere out of the noise, for each tensor. */
  numbers(size: Size, dtype: Dtype, random: Generator): FloatArray[] {
    const noise = this.#noise[dtype];
    return lengths[size].map(length => {
      const from = random.below(noiseLength - length);
      return noise.subarray(from, from + length);
    });
  }
}
