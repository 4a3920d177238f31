import { OptionError, StateError, show } from '../errors.js';
import { logarithm } from '../numerics/real-power.js';
import { type Portrait, portrayed } from '../portrait.js';
import { checkInteger } from '../schedules/checks.js';

/** What a `Random` remembers: four 32-bit words, not all 0. */
export type RandomState = readonly [number, number, number, number];

/**
 * A small seeded source of random numbers: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", 2021), 128 bits of state, a period of 2^128 - 1, 32 bits at a time. It passes BigCrush; it is not for
 * cryptography.
 *
 * The state is filled by SplitMix64 (Steele, Lea & Flood, 2014), so that neighbouring seeds give unrelated numbers:
 * SplitMix64's first output for `seed`, xor `stream`, is the seed of a second SplitMix64, whose first two outputs
 * are the four words, the lower half of each first.
 *
 * The bits of all methods are the same on every engine.
 *
 *     const random = new Random(1);
 *     random.uniform();   // in [0, 1)
 *     random.normal();    // mean 0, variance 1
 *     random.integer(6);  // 0 to 5
 */
export class Random {
  // As signed 32-bit integers, which is what bitwise operators give.
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /**
   * @param seed An integer from 0 to 2^53 - 1. Another seed gives other numbers.
   * @param stream An integer from 0 to 2^53 - 1: several unrelated sources from one seed. Default 0.
   * @throws OptionError when either is something else.
   */
  constructor(seed: number, stream = 0) {
    checkInteger('seed', seed, 0);
    checkInteger('stream', stream, 0);
    const first = BigInt(seed) + GOLDEN;
    const second = (mix(first) ^ BigInt(stream)) + GOLDEN;
    const low = mix(second);
    const high = mix(second + GOLDEN);
    this.#a = Number(BigInt.asIntN(32, low));
    this.#b = Number(BigInt.asIntN(32, low >> 32n));
    this.#c = Number(BigInt.asIntN(32, high));
    this.#d = Number(BigInt.asIntN(32, high >> 32n));
    // SplitMix64 never repeats itself, so its two outputs are never both 0, the one state that xoshiro cannot leave.
  }

  /**
   * The next 32 bits: an integer from 0 to 2^32 - 1, and no number in [0, 1), for which there is `uniform`. All other methods are made
   * from it.
   */
  next(): number {
    const times5 = Math.imul(this.#b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /**
   * An integer from 0 to `n - 1`, all equally likely, by Lemire's method ("Fast Random Integer Generation in an
   * Interval", 2019): the upper half of `next() * n`, drawn again in the rare case that would favour some integers.
   *
   * @throws OptionError unless `n` is an integer from 1 to 2^32.
   */
  integer(n: number): number {
    if (!(Number.isSafeInteger(n) && n >= 1 && n <= TWO_32)) checkInteger('n', n, 1, TWO_32);
    let draw = this.next();
    let low = Math.imul(draw, n) >>> 0;
    if (low < n) {
      const favoured = TWO_32 % n;
      while (low < favoured) {
        draw = this.next();
        low = Math.imul(draw, n) >>> 0;
      }
    }
    // The upper half of the 64-bit product, from two products that a double holds exactly.
    return Math.floor(((draw >>> 16) * n + Math.floor(((draw & 0xffff) * n) / 65536)) / 65536);
  }

  /** A multiple of 2^-53 in [0, 1), all equally likely, from 53 bits: two of `next`. */
  uniform(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /**
   * A number from the normal distribution of mean 0 and variance 1, by Marsaglia's polar method. The second number
   * that the method yields is thrown away, so that four words are all there is to remember. Its logarithm is our own, in + - * /:
   * that of an engine may have other bits.
   */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * logarithm(square)) / square);
    }
  }

  /**
   * Puts the elements of `array` in a random order, in place, all orders equally likely (Fisher and Yates).
   *
   * @returns `array`.
   * @throws OptionError unless `array` is a Uint32Array of at most 2^32 elements.
   */
  shuffle(array: Uint32Array): Uint32Array {
    if (!(array instanceof Uint32Array) || array.length > TWO_32) {
      throw new OptionError(`Expected a Uint32Array of at most 2^32 elements for array, got ${show(array)}`);
    }
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const moved = array[i]!;
      array[i] = array[j]!;
      array[j] = moved;
    }
    return array;
  }

  /** What `console.log`, `String` and `JSON.stringify` show. */
  toJSON(): Portrait {
    return { class: 'Random', state: this.state };
  }

  /** The four words of xoshiro128**, integers from 0 to 2^32 - 1. Kept and set again, they go on exactly. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** @throws StateError unless there are four such words, not all 0; nothing is changed then. */
  set state(words: RandomState) {
    const isWord = (word: number): boolean => typeof word === 'number' && word >>> 0 === word;
    // Not `every`: it passes over holes.
    if (!Array.isArray(words) || words.length !== 4 || !Array.from(words).every(isWord)) {
      throw new StateError(
        'ERR_LANESTEP_STATE',
        `Expected four integers in [0, 2^32) for state, got ${show(words)}`,
      );
    }
    if (words.every(word => word === 0)) {
      throw new StateError(
        'ERR_LANESTEP_STATE',
        'Expected four integers that are not all 0 for state, got 0, 0, 0, 0',
      );
    }
    this.#a = words[0] | 0;
    this.#b = words[1] | 0;
    this.#c = words[2] | 0;
    this.#d = words[3] | 0;
  }
}

portrayed(Random);

const TWO_32 = 4294967296;
/** 2^64 divided by the golden ratio, odd: SplitMix64's counter goes up by it. */
const GOLDEN = 0x9e3779b97f4a7c15n;

/** SplitMix64's output for a value of its counter (taken modulo 2^64). */
function mix(counter: bigint): bigint {
  let z = BigInt.asUintN(64, counter);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
