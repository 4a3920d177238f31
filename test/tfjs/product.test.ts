// The power of beta1 in Adamax, as the product of float32 that it is, without taking a billion steps.
import { scalar } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { adamax } from '../../src/tfjs/index.js';
import { product } from '../../src/tfjs/train/product.js';
import { useBackend } from './backends.js';

beforeAll(() => useBackend('cpu'));

const { fround } = Math;

/** One step after the other. */
function oneByOne(x: number, count: number): number {
  let p = fround(x);
  for (let t = 0; t < count; t++) p = fround(p * fround(x));
  return p;
}

/** Just below 1: so many units in the last place. */
const below = (units: number) => 1 - units * 2 ** -24;

test.each([
  [0, 5],
  [0.5, 148],
  [0.5, 149],
  [0.5, 1000],
  [0.9, 0],
  [0.9, 1],
  [0.9, 1000],
  [0.9, 2000],
  [0.999, 110_000],
  [0.9999, 1_100_000],
  [below(1), 3_000_000],
  [below(2), 9_000_000],
  [below(3), 20_000_000],
  [below(100), 18_000_000],
  [1e-30, 3],
])('%d, %d times', (x, count) => {
  expect(product(x, count)).toBe(oneByOne(x, count));
});

test('any number, any count', () => {
  const x = fc.oneof(
    fc.float({ min: 0, max: fround(below(1)) }),
    fc.integer({ min: 1, max: 5000 }).map(below),
  );
  fc.assert(
    fc.property(x, fc.nat({ max: 20_000 }), (x, count) => Object.is(product(x, count), oneByOne(x, count))),
    { numRuns: 100 },
  );
});

test.each([below(1), below(50), below(1000), below(30_000), 0.99, 0.9])(
  '%d: millions of products at most',
  x => {
    let rounded = 0;
    vi.spyOn(Math, 'fround').mockImplementation(y => {
      rounded++;
      return fround(y);
    });
    product(x, 2 ** 31 - 1);
    vi.restoreAllMocks();
    expect(rounded).toBeLessThan(1e7);
  },
);

test('setWeights() with the last count there is, which getWeights() gives back', async () => {
  const optimizer = adamax(0.1, below(1));
  const iter = scalar(2 ** 31 - 1, 'int32');
  await optimizer.setWeights([{ name: 'iter', tensor: iter }]);
  const [given] = await optimizer.getWeights();
  expect([...given!.tensor.dataSync()]).toEqual([2 ** 31 - 1]);
  // One more is more than it can hold.
  optimizer.applyGradients({});
  await expect(optimizer.getWeights()).rejects.toThrow('which iter can hold');
  optimizer.dispose();
  iter.dispose();
});
