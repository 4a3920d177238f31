/** Random numbers that are the same on every engine and machine: whole numbers, and doubles put together from bits. */

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);
// Which half of a double has its exponent.
const high = ((): 0 | 1 => {
  double[0] = 1;
  return words[1] === 0 ? 0 : 1;
})();

/** A generator of its own for each use (sfc32), so that what one draws does not move what another draws. */
export class Generator {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The same four whole numbers give the same draws. */
  constructor(seed: number, number = 0, tensor = 0, use = 0) {
    this.#a = (seed | 0) ^ Math.imul(use, 0x9e3779b1);
    this.#b = number | 0;
    this.#c = Math.imul(tensor + 1, 0x85ebca6b);
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** A whole number in [0, end). */
  below(end: number): number {
    return Math.floor((this.word() / 2 ** 32) * end);
  }

  /** In [0, 1). */
  unit(): number {
    return this.word() / 2 ** 32;
  }

  /** True as often as this says. */
  chance(probability: number): boolean {
    return this.word() < probability * 2 ** 32;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights) as K[];
    const total = keys.reduce((sum, key) => sum + weights[key], 0);
    let at = this.below(total);
    return keys.find(key => {
      at -= weights[key];
      return at < 0;
    })!;
  }

  /** A double of random digits, with an exponent of two in [least, most]; above zero. */
  magnitude(least: number, most: number): number {
    words[1 - high] = this.word();
    words[high] = ((1023 + least + this.below(most - least + 1)) << 20) | (this.word() >>> 12);
    return double[0]!;
  }
}
