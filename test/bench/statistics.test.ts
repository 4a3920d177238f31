// The numbers of tables and of SciPy, and what has to be true of any samples.
import { describe, expect, it } from 'vitest';
import {
  aboutEqual,
  falseDiscoveryRates,
  leastP,
  mannWhitney,
  median,
  medianInterval,
  pairedRatio,
  unpairedRatio,
} from '../../bench/statistics.js';
import { random } from './fixture.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Long on one side, as times are; its median is 1. */
const skewed = (chance: () => number, n: number): number[] =>
  Array.from({ length: n }, () => Math.exp(2 * (chance() + chance() + chance() - 1.5)));

describe('median and its interval', () => {
  it('knows odd and even', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9, 100])).toBe(10);
  });

  // Tables of the interval's ranks: Conover, Practical Nonparametric Statistics, and any table of the binomial.
  it.each([
    [1, 1, 1, 0],
    [3, 1, 3, 0.75],
    [5, 1, 5, 0.9375],
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.9921875],
    [9, 2, 8, 0.9609375],
    [10, 2, 9, 0.978515625],
    [11, 2, 10, 0.98828125],
    [12, 3, 10, 0.961425781],
    [20, 6, 15, 0.958610535],
    [25, 8, 18, 0.956714749],
  ])('of %i samples lies from the %i. to the %i.', (n, low, high, coverage) => {
    const found = medianInterval(upTo(n).reverse());
    expect(found).toMatchObject({ low, high, value: (n + 1) / 2 });
    expect(found.coverage).toBeCloseTo(coverage, 8);
  });

  it('holds the true median as often as it says', () => {
    const chance = random(7);
    const { coverage } = medianInterval(upTo(9));
    let held = 0;
    for (let i = 0; i < 4000; i++) {
      const { low, high } = medianInterval(skewed(chance, 9));
      if (low <= 1 && 1 <= high) held++;
    }
    expect(Math.abs(held / 4000 - coverage)).toBeLessThan(0.012);
  });
});

describe('ratios', () => {
  const drift = [1, 1.3, 0.8, 1.1, 1.6, 0.9, 1.2, 1, 1.4];

  it('divide out what befell a round', () => {
    const [a, b] = [drift.map(x => 6 * x), drift.map(x => 3 * x)];
    expect(pairedRatio(a, b).value).toBeCloseTo(2, 12);
    expect(pairedRatio(a, b).high).toBeCloseTo(2, 12);
  });

  it('tell contestants apart whose own intervals overlap', () => {
    const b = drift.map((x, i) => x * (1 + 0.001 * (i % 3)));
    const a = drift.map(x => 1.03 * x);
    expect(medianInterval(a).low).toBeLessThan(medianInterval(b).high);
    expect(aboutEqual(pairedRatio(a, b))).toBe(false);
    expect(
      aboutEqual(
        pairedRatio(
          b,
          drift.map((x, i) => x * (1 + 0.001 * ((i + 1) % 3))),
        ),
      ),
    ).toBe(true);
  });

  it('are turned over with their contestants', () => {
    const chance = random(3);
    const [a, b] = [skewed(chance, 9), skewed(chance, 9)];
    const [there, back] = [pairedRatio(a, b), pairedRatio(b, a)];
    expect(there.low).toBeCloseTo(1 / back.high, 12);
    expect(there.value).toBeCloseTo(1 / back.value, 12);
  });

  it('of samples that belong to no pair hold 1 where the rank test would not reject it', () => {
    const chance = random(5);
    for (const shift of [1, 1.5, 2, 3, 0.5]) {
      for (let i = 0; i < 60; i++) {
        const [a, b] = [skewed(chance, 9).map(x => x * shift), skewed(chance, 7)];
        const ratio = unpairedRatio(a, b);
        expect(ratio.coverage).toBeGreaterThanOrEqual(0.95);
        expect(aboutEqual(ratio)).toBe(mannWhitney(a, b).p > 1 - ratio.coverage + 1e-12);
      }
    }
  });
});

/** Samples without ties whose U is so much: how many of 1 … m lie below each of n. */
function withU(n: number, m: number, u: number): [number[], number[]] {
  const a = upTo(n).map(i => {
    const below = Math.min(m, Math.max(0, u - (n - i) * m));
    return below + 0.5 + i * 1e-3;
  });
  return [a, upTo(m)];
}

describe('Mann-Whitney', () => {
  // The example of scipy.stats.mannwhitneyu.
  it('ages of men and women at diagnosis', () => {
    const found = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(found).toMatchObject({ u: 17, exact: true });
    expect(found.p).toBeCloseTo(1 / 9, 14);
  });

  // The printed tables of critical values: the greatest U that is still significant, two-sided.
  it.each([
    [5, 5, 0.05, 2],
    [8, 8, 0.05, 13],
    [9, 9, 0.05, 17],
    [9, 9, 0.01, 11],
    [10, 10, 0.05, 23],
    [10, 10, 0.01, 16],
    [5, 9, 0.05, 7],
    [7, 12, 0.05, 18],
    [20, 20, 0.05, 127],
    [20, 20, 0.01, 105],
  ])('of %i and %i at %f: %i', (n, m, level, critical) => {
    const [at, beyond] = [critical, critical + 1].map(u => {
      const [a, b] = withU(n, m, u);
      const found = mannWhitney(a, b);
      expect(found).toMatchObject({ u, exact: true });
      // And the same from the other side.
      expect(mannWhitney(b, a)).toMatchObject({ u: n * m - u });
      expect(mannWhitney(b, a).p).toBeCloseTo(found.p, 12);
      return found.p;
    });
    expect(at!).toBeLessThanOrEqual(level);
    expect(beyond!).toBeGreaterThan(level);
  });

  it('counts ties out, as trying every division of the samples does', () => {
    const chance = random(11);
    for (let i = 0; i < 20; i++) {
      const all = Array.from({ length: 9 }, () => Math.floor(chance() * 4));
      const rankSum = (members: readonly number[]) =>
        members.reduce(
          (sum, k) =>
            sum + all.reduce((r, x, j) => r + (x < all[k]! ? 1 : x === all[k]! && j !== k ? 0.5 : 0), 1),
          0,
        );
      const sums: number[] = [];
      for (let set = 0; set < 512; set++) {
        const members = upTo(9)
          .map(k => k - 1)
          .filter(k => (set >> k) & 1);
        if (members.length === 4) sums.push(rankSum(members));
      }
      const own = rankSum([0, 1, 2, 3]);
      const share = (holds: (sum: number) => boolean) => sums.filter(holds).length / sums.length;
      const expected = Math.min(
        1,
        2 *
          Math.min(
            share(s => s <= own + 1e-9),
            share(s => s >= own - 1e-9),
          ),
      );
      expect(mannWhitney(all.slice(0, 4), all.slice(4)).p).toBeCloseTo(expected, 12);
    }
  });

  // scipy.stats.mannwhitneyu(a, b), whose default for these is the normal distribution with both corrections.
  it('comes near to many samples as SciPy does', () => {
    const a = Array.from({ length: 30 }, (_, i) => (i * 7) % 10);
    const b = Array.from({ length: 25 }, (_, i) => ((i * 3) % 10) + 1);
    const tied = mannWhitney(a, b);
    expect(tied).toMatchObject({ u: 312, exact: false });
    expect(tied.p).toBeCloseTo(0.2885987663591776, 12);
    const apart = mannWhitney(
      upTo(30),
      upTo(30).map(i => i + 100),
    );
    expect(apart.p / 3.019859359162157e-11).toBeCloseTo(1, 8);
  });

  it('says nothing of what is all the same', () => {
    expect(mannWhitney([1, 1, 1], [1, 1]).p).toBe(1);
    expect(mannWhitney(new Array(30).fill(1), new Array(30).fill(1)).p).toBe(1);
  });

  it('is wrong as often as it says', () => {
    const chance = random(13);
    let below = 0;
    for (let i = 0; i < 3000; i++) if (mannWhitney(skewed(chance, 9), skewed(chance, 9)).p <= 0.05) below++;
    // The exact test of nine and nine at 5 % is one of 4 %.
    expect(below / 3000).toBeGreaterThan(0.028);
    expect(below / 3000).toBeLessThan(0.052);
  });

  it('knows how little it can say at most', () => {
    expect(leastP(9, 9)).toBeCloseTo(2 / 48620, 14);
    expect(leastP(5, 5)).toBeCloseTo(2 / 252, 12);
    expect(leastP(1, 1)).toBe(1);
    expect(
      mannWhitney(
        upTo(9),
        upTo(9).map(i => i + 9),
      ).p,
    ).toBeCloseTo(leastP(9, 9), 14);
  });
});

describe('many tests', () => {
  // scipy.stats.false_discovery_control
  it('are corrected as by SciPy', () => {
    const rates = falseDiscoveryRates([0.01, 0.04, 0.03, 0.5, 0.0001]);
    [0.025, 0.05, 0.05, 0.5, 0.0005].forEach((rate, i) => {
      expect(rates[i]).toBeCloseTo(rate, 12);
    });
    expect(falseDiscoveryRates([])).toEqual([]);
    expect(falseDiscoveryRates([0.9, 1])).toEqual([1, 1]);
  });
});
