// The words that are made of other words: the same text in every language, and how far they are from the truth.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binaryPower } from '../src/numerics/binary-power.js';
import { arithmetic } from '../src/reference/arithmetic.js';

const root = new URL('../', import.meta.url);

/** The statements of a word, without what the languages cannot have in common. */
const statements = (path: string): string[] =>
  readFileSync(new URL(path, root), 'utf8')
    .replace(/\/\/.*$/gm, '')
    .replace(/\bV::of\(/g, 'constant(')
    .replace(/\bROUNDER<V>/g, 'ROUNDER')
    .replace(/(\d)\.0 \//g, '$1 /')
    .replace(/\bconst V\b/g, 'const')
    .replace(/\bV (?=\w+ =)/g, 'let ')
    .split(/[;{}]/)
    .map(statement => statement.replace(/\s+/g, ' ').trim())
    .filter(statement => /^((const|let) )?\w+ = |^return /.test(statement));

it.each(['cube-root', 'exponential', 'raised'])('%s is the same text in every language', word => {
  const native = statements(`native/words/${word}.h`);
  expect(native.length).toBeGreaterThan(5);
  expect(statements(`assembly/words/${word}.ts`)).toEqual(native);
  expect(statements(`src/reference/words/${word}.ts`)).toEqual(native);
});

const types = {
  float32: { round: Math.fround, digits: 23, least: -149, most: 127 },
  float64: { round: (x: number) => x, digits: 52, least: -1074, most: 1023 },
} as const;

describe.each(['float32', 'float64'] as const)('%s', dtype => {
  const { round, digits, least, most } = types[dtype];
  const { cubeRoot, exponential, raised } = arithmetic[dtype];
  // One unit in the last place of a normal number, as a part of it, is at most this.
  const unit = 2 ** -digits;

  it('the cube root is right to four units, from the least number to the largest', () => {
    for (let exponent = least; exponent <= most; exponent++) {
      for (const mantissa of [1, 1 + 2 ** -20, 1.1, 1.3, 1.5, 1.7, 2 - 2 ** -20]) {
        const a = round(mantissa * 2 ** exponent);
        const off = Math.abs(cubeRoot(a) / Math.cbrt(a) - 1);
        if (!(off <= 4 * unit)) expect.fail(`of ${a}: ${off / unit} units`);
      }
    }
  });

  it('the cube root of whole cubes, and of what is none', () => {
    for (const x of [1, 2, 3, 10, 50])
      expect(Math.abs(cubeRoot(x ** 3) - x)).toBeLessThanOrEqual(4 * unit * x);
    expect(cubeRoot(0)).toBe(0);
    expect(cubeRoot(Infinity)).toBe(Infinity);
    expect(cubeRoot(-1)).toBeNaN();
    expect(cubeRoot(Number.NaN)).toBeNaN();
  });

  it('the exponential is right to two units', () => {
    for (let k = 0; k <= 20_000; k++) {
      const x = round(-40 * (k / 20_000) ** 2);
      const off = Math.abs(exponential(x) / Math.exp(x) - 1);
      if (!(off <= 2 * unit)) expect.fail(`of ${x}: ${off / unit} units`);
    }
  });

  it('a power from 0 to 1 is right to forty units', () => {
    for (const power of [0, 0.25, 1 / 3, 0.5, 0.7, 0.9, 1 - 2 ** -20, 1]) {
      const [whole, digits, ...weights] = binaryPower(power) as [number, number, number, number];
      for (let exponent = -100; exponent <= 100; exponent += 3) {
        const x = round(1.3 * 2 ** exponent);
        const off = Math.abs(
          raised(x, 1, whole, round(digits), round(weights[0]), round(weights[1])) / x ** power - 1,
        );
        if (!(off <= 40 * unit)) expect.fail(`${x} to the power of ${power}: ${off / unit} units`);
      }
      expect(raised(0, 1, whole, digits, ...weights)).toBe(power === 0 ? 1 : 0);
    }
  });

  it('the exponential of what is beyond', () => {
    expect(exponential(0)).toBe(1);
    expect(exponential(-0)).toBe(1);
    for (const x of [-41, -1e30, -Infinity]) expect(exponential(x)).toBe(exponential(-40));
    expect(1 + exponential(-40)).toBe(1);
    expect(exponential(Number.NaN)).toBeNaN();
  });
});
