import { expect, test } from 'vitest';
import { cosPi } from '../../src/numerics/cos-pi.js';
import { power } from '../../src/numerics/precise-power.js';
import { between, cosineBetween } from '../../src/schedules/between.js';

/** The double as an integer times a power of two. */
function parts(x: number): { mantissa: bigint; exponent: number } {
  const bits = new BigUint64Array(new Float64Array([x]).buffer)[0]!;
  const field = Number((bits >> 52n) & 2047n);
  return { mantissa: (bits & ((1n << 52n) - 1n)) | (1n << 52n), exponent: field - 1075 };
}

/** How many units in the last place `value` is from base ** exponent, by exact integers. */
function ulpsOff(value: number, base: number, exponent: number): number {
  const b = parts(base);
  const v = parts(value);
  let exact = b.mantissa ** BigInt(exponent);
  const shift = b.exponent * exponent - v.exponent;
  // 20 bits below the last place are enough to tell 0.5 from 0.51.
  exact = shift + 20 >= 0 ? exact << BigInt(shift + 20) : exact >> BigInt(-(shift + 20));
  const off = exact - (v.mantissa << 20n);
  return Number(off < 0n ? -off : off) / 2 ** 20;
}

test('power is right to the last place', () => {
  for (const base of [0.1, 0.5, 0.93, 0.95, 0.97, 0.999, 0.99999, 1.0001, 1.5]) {
    for (const exponent of [0, 1, 2, 3, 5, 59, 100, 255, 256, 1023, 1500]) {
      const value = power(base, exponent);
      if (value < 2 ** -850 || value > 2 ** 850) continue;
      expect(ulpsOff(value, base, exponent), `${base} ** ${exponent}`).toBeLessThanOrEqual(0.51);
    }
  }
  // Plain repeated squaring is 1e6 roundings off here.
  expect(ulpsOff(power(0.99999, 100_000), 0.99999, 100_000)).toBeLessThanOrEqual(0.51);
});

test('power at the ends of the range', () => {
  expect(power(0, 0)).toBe(1);
  expect(power(0, 3)).toBe(0);
  expect(power(1, Number.MAX_SAFE_INTEGER)).toBe(1);
  expect(power(0.5, 1074)).toBe(2 ** -1074);
  expect(power(0.5, 1075)).toBe(0);
  expect(power(0.9, Number.MAX_SAFE_INTEGER)).toBe(0);
  expect(power(2, 1023)).toBe(2 ** 1023);
  expect(power(2, 1024)).toBe(Number.MAX_VALUE);
  expect(power(1.1, Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_VALUE);
  expect(power(1e300, 1)).toBe(1e300);
  expect(power(1e-300, 1)).toBe(1e-300);
  expect(power(Number.MAX_VALUE, 1)).toBe(Number.MAX_VALUE);
});

const ONE = 1n << 150n;
/** pi to 45 digits, in units of 2^-150. */
const PI = (314159265358979323846264338327950288419716939n * ONE) / 10n ** 44n;

/** |cosPi(x) - cos(pi x)|, by Taylor's series over integers; `Math.cos` itself and pi * x are not exact enough. */
function cosPiError(x: number): number {
  const fixed = (value: number) => (BigInt(value * 2 ** 80) * ONE) >> 80n;
  const y = (PI * fixed(x)) / ONE;
  const square = (y * y) / ONE;
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; k < 60n; k += 2n) {
    term = (-term * square) / ONE / (k * (k + 1n));
    sum += term;
  }
  return Math.abs(Number(sum - fixed(cosPi(x))) / 2 ** 150);
}

test('cosPi is the cosine', () => {
  let worst = 0;
  for (let i = 0; i <= 10_000; i++) worst = Math.max(worst, cosPiError(i / 10_000));
  expect(worst).toBeLessThan(2 ** -52);
  expect(cosPi(0)).toBe(1);
  expect(cosPi(0.5)).toBe(0);
  expect(cosPi(1)).toBe(-1);
  expect(Math.abs(cosPi(1 / 3) - 0.5)).toBeLessThan(2 ** -52);
});

test('cosPi falls', () => {
  for (let i = 0; i < 10_000; i++) expect(cosPi((i + 1) / 10_000)).toBeLessThan(cosPi(i / 10_000));
});

test('between is exact at both ends and never outside', () => {
  // The straightforward formulas fail one of these.
  for (const [from, to] of [
    [0.1, 0.001],
    [0.001, 0.1],
    [0.7, 0.1],
    [0.3, 0.3],
    [0.95, 0.85],
    [1e-20, 1],
  ] as const) {
    for (const walk of [between, cosineBetween]) {
      expect(walk(from, to, 0)).toBe(from);
      expect(walk(from, to, 1)).toBe(to);
      for (let i = 0; i <= 1000; i++) {
        const at = walk(from, to, i / 1000);
        expect(at).toBeGreaterThanOrEqual(Math.min(from, to));
        expect(at).toBeLessThanOrEqual(Math.max(from, to));
      }
    }
  }
});
