/** Which bytes belong to whom. */
import { bufferOf, isShared, lengthOf, offsetOf, sizeOf } from './memory.js';
import type { Dtype, FloatArray } from './types.js';

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

// Of how many intervals a block is cut in two.
const most = 512;

/** How many there are at the beginning that this is true of, of things that it is true of first and then no more. */
function countWhile(length: number, isTrue: (index: number) => boolean): number {
  let low = 0;
  for (let high = length; low < high; ) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Disjoint intervals in order, in blocks of some hundred: one more moves those of its block, whatever order they come in. */
class Intervals {
  // None is empty.
  readonly #blocks: Interval[][];

  constructor(first: Interval) {
    this.#blocks = [[first]];
  }

  // The number of the last block that begins before this.
  #blockBefore(end: number): number {
    return Math.max(0, countWhile(this.#blocks.length, i => this.#blocks[i]![0]!.from < end) - 1);
  }

  /** The last one that begins before this. */
  lastBefore(end: number): Interval | undefined {
    const block = this.#blocks[this.#blockBefore(end)]!;
    return block[countWhile(block.length, i => block[i]!.from < end) - 1];
  }

  add(interval: Interval): void {
    const index = this.#blockBefore(interval.from);
    const block = this.#blocks[index]!;
    block.splice(
      countWhile(block.length, i => block[i]!.from < interval.from),
      0,
      interval,
    );
    if (block.length > most) this.#blocks.splice(index + 1, 0, block.splice(most / 2));
  }
}

/** Where an array's memory is in this process. */
export type AddressOf = (array: FloatArray) => number;

/** Finds arrays that overlap. */
export class Territory {
  // By buffer. What lies in shared memory is in one list, if its addresses are known: two SharedArrayBuffers may be one memory.
  readonly #intervals = new Map<ArrayBufferLike | 'shared', Intervals>();
  readonly #addressOf: AddressOf | null;
  // Whether some of them lie in shared memory.
  #some = false;

  constructor(addressOf: AddressOf | null = null) {
    this.#addressOf = addressOf;
  }

  // Under what the intervals of a buffer are.
  #keyOf(buffer: ArrayBufferLike): ArrayBufferLike | 'shared' {
    return this.#addressOf !== null && isShared(buffer) ? 'shared' : buffer;
  }

  // Where an array begins among them.
  #beginOf(array: FloatArray, key: ArrayBufferLike | 'shared'): number {
    return key === 'shared' ? this.#addressOf!(array) : offsetOf(array);
  }

  /** The name of an array that shares bytes with this one, or null. */
  trespassed(array: FloatArray, dtype: Dtype, buffer = bufferOf(array)): string | null {
    const key = this.#some ? this.#keyOf(buffer) : buffer;
    const intervals = this.#intervals.get(key);
    // Most gradients have buffers of their own.
    if (intervals === undefined) return null;
    const from = this.#beginOf(array, key);
    const to = from + lengthOf(array) * sizeOf(dtype);
    // They are disjoint: only the last one that begins before `to` can reach into [from, to).
    const last = intervals.lastBefore(to);
    return last !== undefined && last.to > from && to > from ? last.name : null;
  }

  /** Adds an array that trespasses on none. */
  claim(array: FloatArray, dtype: Dtype, name: string): void {
    const key = this.#keyOf(bufferOf(array));
    const from = this.#beginOf(array, key);
    const to = from + lengthOf(array) * sizeOf(dtype);
    if (to === from) return;
    this.#some ||= key === 'shared';
    const interval = { from, to, name };
    const intervals = this.#intervals.get(key);
    if (intervals === undefined) this.#intervals.set(key, new Intervals(interval));
    else intervals.add(interval);
  }
}
