import { expect, it } from 'vitest';
import { power } from '../../src/numerics/powers.js';
import { power as precise } from '../../src/numerics/precise-power.js';

// Around every digit of base 256, and past 32 bits.
const exponents = [
  ...Array.from({ length: 600 }, (_, n) => n),
  ...[16, 24, 31, 32, 33, 40].flatMap(bits => [-257, -1, 0, 1, 255, 4660].map(n => 2 ** bits + n)),
];
const bases = [0, 0.5, 0.9, 0.999, 1 - 2 ** -20, 1 - 2 ** -34, 1 - 2 ** -44];

it('is a power, to the error of so many products', () => {
  for (const x of bases) {
    for (const n of exponents) {
      const exact = precise(x, n);
      const bound = exact < 2 ** -499 ? 2 ** -499 : exact * n * 2 ** -53;
      expect(Math.abs(power(x, n) - exact), `${x} to the power of ${n}`).toBeLessThanOrEqual(bound);
    }
  }
});

it('is zero where it is nothing beside 1', () => {
  for (const [x, n] of [
    [0.5, 501],
    [0.5, 506],
    [0.5, 700],
    [0.125, 255],
    [0.9, 1e6],
    [0.999, 2 ** 40],
  ] as const)
    expect(power(x, n), `${x} to the power of ${n}`).toBe(0);
  expect(power(0.5, 499)).toBe(2 ** -499);
});

it('does not depend on what was asked before', () => {
  const ask = (list: readonly number[], each: readonly number[]) =>
    new Map(each.flatMap(x => list.map((n): [string, number] => [`${x} ${n}`, power(x, n)])));
  const rising = ask(exponents, bases);
  const falling = ask([...exponents].reverse(), [...bases].reverse());
  for (const [key, value] of rising) expect(falling.get(key), key).toBe(value);
  // More bases in turn than are kept.
  const many = Array.from({ length: 20 }, (_, i) => 0.9 + i / 256);
  const alone = many.map(x => power(x, 300));
  expect(many.map(x => power(x, 257))).not.toEqual(alone);
  expect(many.map(x => power(x, 300))).toEqual(alone);
});
