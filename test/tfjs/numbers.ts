/** Numbers to compute with, and what it means that two are the same. */
import { expect } from 'vitest';

/** Throws at the first element with other bits; a NaN equals a NaN. */
export function expectBits(actual: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
  if (actual.length !== expected.length)
    expect.fail(`${where}: expected ${expected.length} numbers, got ${actual.length}`);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      expect.fail(`${where}[${i}]: expected ${expected[i]}, got ${actual[i]}`);
  }
}

/** Whether two arrays have the same bits. */
export const sameBits = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((x, i) => Object.is(x, b[i]));

/** Random numbers in [0, 1), the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let x = (Math.imul(seed, 0x9e3779b1) + 12345) >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

/** Random numbers of both signs. */
export function noise(length: number, seed: number, scale = 1): Float32Array {
  const random = randomFrom(seed);
  return Float32Array.from({ length }, () => scale * (2 * random() - 1));
}
