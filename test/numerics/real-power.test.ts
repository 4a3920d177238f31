import { expect, it } from 'vitest';
import { realPower } from '../../src/numerics/real-power.js';

it('is within a few units in the last place of the power', () => {
  let worst = 0;
  for (let i = 1; i < 4000; i++) {
    for (const y of [0.004 * i, 0.75, -0.3, 2.5, 1e-9]) {
      for (const x of [0.96, 1 + 1e-9 * i, i / 7, 1e-5 * i]) {
        const exact = x ** y;
        const size = 2 ** -53 * Math.max(1, Math.abs(y * Math.log(x)));
        if (exact > 1e-300 && exact < 1e300)
          worst = Math.max(worst, Math.abs(realPower(x, y) / exact - 1) / size);
      }
    }
  }
  expect(worst).toBeLessThan(4);
});

it('knows the ends', () => {
  expect(realPower(0.96, 0)).toBe(1);
  expect(realPower(1, 1e9)).toBe(1);
  expect(realPower(2, 10)).toBe(1024);
  expect(realPower(4, 0.5)).toBe(2);
  expect(realPower(0.96, 1e6)).toBe(0);
  expect(realPower(10, 400)).toBe(Infinity);
  expect([realPower(Infinity, 0.75), realPower(Infinity, -1), realPower(Infinity, 0)]).toEqual([
    Infinity,
    0,
    1,
  ]);
});

// Pinned: these are the same on every engine, which the engine's own are not.
it('has the bits that it has everywhere', () => {
  const bits = (x: number): string => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16);
  const found = [0.004, 0.3, 7, 100].map(y => bits(realPower(0.96, y)));
  expect(found).toEqual(['3feffea9969757db', '3fef9c49a573df18', '3fe80bdb94e45bef', '3f914673f7ad6611']);
});
