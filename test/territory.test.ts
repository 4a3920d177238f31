// Whose bytes are whose, whatever order arrays are handed over in, and at what cost.
import { afterEach, expect, it, vi } from 'vitest';
import { Territory } from '../src/territory.js';

const size = 4;

/** Numbers 0 .. n - 1 in an order. */
const orders: Record<string, (n: number) => number[]> = {
  ascending: n => Array.from({ length: n }, (_, i) => i),
  descending: n => Array.from({ length: n }, (_, i) => n - 1 - i),
  'from both ends': n => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? i >> 1 : n - 1 - (i >> 1))),
  mixed: n => Array.from({ length: n }, (_, i) => (i * 7919) % n),
};

function claimed(
  n: number,
  order: readonly number[],
): { territory: Territory; view: (i: number) => Float32Array } {
  // Every other element is free.
  const buffer = new ArrayBuffer(2 * n * size);
  const view = (i: number) => new Float32Array(buffer, 2 * i * size, 1);
  const territory = new Territory();
  for (const i of order) {
    expect(territory.trespassed(view(i), 'float32')).toBeNull();
    territory.claim(view(i), 'float32', `${i}`);
  }
  return { territory, view };
}

afterEach(() => vi.restoreAllMocks());

it.each(Object.keys(orders))(
  'finds each of 3000 arrays that were handed over %s, and nothing between them',
  name => {
    const n = 3000;
    const { territory, view } = claimed(n, orders[name]!(n));
    for (let i = 0; i < n; i++) {
      const array = view(i);
      const between = new Float32Array(array.buffer, array.byteOffset + size, 1);
      const both = new Float32Array(array.buffer, array.byteOffset, 2);
      expect([array, between, both].map(one => territory.trespassed(one, 'float32'))).toEqual([
        `${i}`,
        null,
        `${i}`,
      ]);
    }
  },
);

it.each(Object.keys(orders))('moves few arrays where one is added %s, however many there are', name => {
  const moved = (n: number) => {
    let count = 0;
    const { splice } = Array.prototype;
    vi.spyOn(Array.prototype, 'splice').mockImplementation(function (
      this: unknown[],
      start: number,
      ...rest: unknown[]
    ) {
      count += this.length - start;
      return (splice as (...args: unknown[]) => unknown[]).call(this, start, ...rest);
    });
    claimed(n, orders[name]!(n));
    vi.restoreAllMocks();
    return count / n;
  };
  expect(moved(16_000) / (1 + moved(2000))).toBeLessThan(3);
});
