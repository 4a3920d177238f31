import { expect, it } from 'vitest';
import { warmedUp } from '../../src/numerics/half-life.js';

it('grows from the first beta to the last', () => {
  let before = 0.9;
  for (let t = 1; t < 50; t++) {
    const beta = warmedUp(0.9, 0.9999, t, 50);
    const inverse = (1 - t / 50) / Math.log(0.9) + t / 50 / Math.log(0.9999);
    expect(beta).toBeCloseTo(Math.exp(1 / inverse), 14);
    expect(beta).toBeGreaterThan(before);
    before = beta;
  }
  expect(before).toBeLessThan(0.9999);
  expect(warmedUp(0.9, 0.9999, 50, 50)).toBe(0.9999);
  expect(warmedUp(0.9, 0.9999, 2 ** 40, 50)).toBe(0.9999);
});

it('is never above the last', () => {
  expect(warmedUp(0.9, 0.5, 1, 50)).toBe(0.5);
  expect(warmedUp(0.5, 0, 1, 50)).toBe(0);
  expect(warmedUp(0.5, 0.5, 1, 50)).toBe(0.5);
  // By way of the logarithm it would be the number beside it.
  expect(warmedUp(0.003, 0.003, 1, 9)).toBe(0.003);
  expect(warmedUp(0.001, 0.003, 9, 9)).toBe(0.003);
  expect(warmedUp(0.001999999999999993, 0.002, 7, 9)).toBe(0.002);
  for (let t = 1; t < 9; t++) expect(warmedUp(0.5, 0.5 + 2 ** -53, t, 9)).toBeLessThanOrEqual(0.5 + 2 ** -53);
});

it('has a limit where the first is 0', () => {
  expect(warmedUp(0, 0.5, 1, 4)).toBeCloseTo(0.0625, 15);
  expect(warmedUp(1e-300, 0.5, 3, 4)).toBeCloseTo(0.5 ** (4 / 3), 3);
  expect(warmedUp(0, 0.5, 1, 1e308)).toBe(0);
});

// Pinned: these are the same on every engine, which the engine's own are not.
it('has the bits that it has everywhere', () => {
  const bits = (x: number): string => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16);
  expect([1, 7, 19].map(t => bits(warmedUp(0.9, 0.9999, t, 20)))).toEqual([
    '3fefefebd5f7ad4f',
    '3feffda9ec67a379',
    '3fefff23423e77a2',
  ]);
});
