import { describe, expect, it } from 'vitest';
import { type Bags, bagTexts } from '../../examples/language/features.js';

const rows = (bags: Bags, i: number): number[] =>
  Array.from(bags.indices.subarray(bags.offsets[i], bags.offsets[i + 1]));

describe('the features', () => {
  it('are the runs of one to four characters, with an edge on both sides', () => {
    // " ab ": 4 single characters, 3 pairs, 2 triples, 1 quadruple.
    expect(rows(bagTexts(['ab'], 1024), 0)).toHaveLength(10);
    expect(Array.from(bagTexts(['ab', 'a', 'abc'], 1024).offsets)).toEqual([0, 10, 16, 30]);
  });

  it('are the same rows on every machine', () => {
    expect(rows(bagTexts(['Öl'], 2 ** 17), 0)).toEqual(rows(bagTexts(['x', 'Öl'], 2 ** 17), 1));
    expect(rows(bagTexts(['Öl'], 2 ** 17), 0)).toMatchInlineSnapshot(`
      [
        67521,
        111864,
        49357,
        108697,
        80848,
        10417,
        121,
        47630,
        101470,
        67521,
      ]
    `);
  });

  it('lie in the table', () => {
    const { indices } = bagTexts(['Ελλάδα', '日本', '𑄌𑄋𑄴𑄟𑄳𑄦', 'United States'], 64);
    expect(Math.min(...indices)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...indices)).toBeLessThan(64);
  });

  it('count code points, not halves of them', () => {
    expect(rows(bagTexts(['𑄌'], 1024), 0)).toHaveLength(rows(bagTexts(['x'], 1024), 0).length);
  });

  it('see case, but neither composition nor the kind of white space', () => {
    const same = (a: string, b: string): boolean => {
      const bags = bagTexts([a, b], 2 ** 17);
      return JSON.stringify(rows(bags, 0)) === JSON.stringify(rows(bags, 1));
    };
    expect(same('\u00e9t\u00e9', 'e\u0301te\u0301')).toBe(true);
    expect(same('New York', ' New\u00a0\n York ')).toBe(true);
    expect(same('Polish', 'polish')).toBe(false);
  });

  it('are few for an empty text, and none is missing', () => {
    const bags = bagTexts(['', 'a'], 1024);
    expect(rows(bags, 0).length).toBeGreaterThan(0);
    expect(bags.indices).toHaveLength(bags.offsets[2]!);
  });
});
