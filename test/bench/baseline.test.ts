// What a comparison with an earlier run has to find, and what it must not.
import { describe, expect, it } from 'vitest';
import { BaselineError, compare, comparisonReport } from '../../bench/baseline.js';
import type { Results } from '../../bench/results.js';
import { adam, everyone, type Making, machine, results, wholeRun } from './fixture.js';

const cases = [1e2, 1e4, 1e6, 1e7].map(n => adam(n));
const slow =
  (by: number, id: string, who: string): NonNullable<Making['slowdown']> =>
  (of, contestant) =>
    of === id && contestant === who ? by : 1;
const then = results({ seed: 1, cases });
const slower = ({ changes }: ReturnType<typeof compare>) =>
  changes.filter(({ verdict }) => verdict === 'slower').map(({ id, contestant }) => `${id} ${contestant}`);

/** As a machine does that is busy for some rounds, and slower all day. */
const drift = (round: number, id: string): number => 1.15 + 0.12 * Math.sin(round + id.length);

describe('finds', () => {
  it('one contestant of one case that takes a tenth longer, by nine rounds', () => {
    const now = results({ seed: 2, cases, slowdown: slow(1.1, 'Adam/float32/1e4', 'wasm') });
    const found = compare(now, then);
    expect(slower(found)).toEqual(['Adam/float32/1e4 wasm']);
    expect(found.failed).toBe(true);
    const change = found.changes.find(one => one.verdict === 'slower')!;
    expect(change.ratio).toBeCloseTo(1.1, 1);
    expect(change).toMatchObject({ unit: 'roof', own: true });
  });

  it('it on a machine that drifts', () => {
    const now = results({
      seed: 2,
      cases,
      drift,
      slowdown: slow(1.1, 'Adam/float32/1e7', 'native avx512 x2'),
    });
    expect(slower(compare(now, then))).toEqual(['Adam/float32/1e7 native avx512 x2']);
  });

  it('it in the whole list of cases, where all else is as it was', () => {
    const who = everyone.filter(one => /avx512 x1|wasm|roof/.test(one.contestant));
    const making = { cases: wholeRun, who };
    const now = results({ ...making, seed: 2, slowdown: slow(1.1, 'RMSprop/float32/1e6', 'wasm') });
    const found = compare(now, results({ ...making, seed: 1 }));
    expect(slower(found)).toEqual(['RMSprop/float32/1e6 wasm']);
    expect(found.warnings).toEqual([]);
  });

  it('what became faster, and does not fail for it', () => {
    const now = results({ seed: 2, cases, slowdown: slow(0.9, 'Adam/float32/1e4', 'wasm') });
    const found = compare(now, then);
    expect(found.failed).toBe(false);
    expect(found.changes.filter(({ verdict }) => verdict === 'faster')).toMatchObject([
      { id: 'Adam/float32/1e4', contestant: 'wasm' },
    ]);
    // The other way round it is the regression.
    expect(compare(then, now).failed).toBe(true);
  });

  it('what is in one of the runs only', () => {
    const now = results({ seed: 2, cases: [...cases.slice(1), adam(1e5)], who: everyone.slice(1) });
    const found = compare(now, then);
    expect(found.missing.filter(({ id }) => id === 'Adam/float32/1e4')).toEqual([
      { id: 'Adam/float32/1e4', contestant: 'native avx512 x1' },
    ]);
    expect(found.missing.filter(({ id }) => id === 'Adam/float32/1e2')).toHaveLength(10);
    expect(new Set(found.added.map(({ id }) => id))).toEqual(new Set(['Adam/float32/1e5']));
  });
});

describe('does not fail for', () => {
  it('a second run', () => {
    for (let seed = 10; seed < 40; seed++) {
      const found = compare(
        results({ seed, cases, noise: 0.05 }),
        results({ seed: seed + 100, cases, noise: 0.05 }),
      );
      expect(slower(found), `seed ${seed}`).toEqual([]);
    }
  });

  it('what chance alone does to some of so many, however little is allowed', () => {
    // Of eighty comparisons one in a hundred is below the limit in most runs, unless that is taken into account.
    const making = {
      cases: wholeRun,
      who: everyone.filter(({ kind }) => kind === 'native' || kind === 'wasm'),
    };
    const failed = Array.from({ length: 12 }, (_, seed) =>
      compare(results({ ...making, seed }), results({ ...making, seed: seed + 50 }), { failAbove: 0 }),
    ).filter(found => found.failed);
    expect(failed).toHaveLength(0);
  });

  it('two per cent, though they are not by chance', () => {
    const now = results({
      seed: 2,
      cases,
      rounds: 15,
      noise: 0.002,
      slowdown: slow(1.02, 'Adam/float32/1e4', 'wasm'),
    });
    const old = results({ seed: 1, cases, rounds: 15, noise: 0.002 });
    const found = compare(now, old);
    expect(found.failed).toBe(false);
    expect(found.changes.find(({ p, ratio }) => p < 0.01 && ratio > 1.015)).toMatchObject({
      verdict: 'unchanged',
    });
    expect(compare(now, old, { failAbove: 0.01 }).failed).toBe(true);
  });

  it('drift alone, which in seconds would be slower everywhere', () => {
    const found = compare(results({ seed: 2, cases, drift }), then);
    expect(slower(found)).toEqual([]);
    expect(found.changes.every(({ unit, seconds }) => unit === 'roof' && seconds > 1.05)).toBe(true);
  });

  it('a bad median that the ranks do not bear out', () => {
    // Four of nine samples as before: the median is among the others.
    const now = results({ seed: 2, cases, noise: 0.001 });
    const [first] = now.cases;
    const entries = first!.entries.map(entry =>
      entry.contestant === 'wasm'
        ? { ...entry, samples: entry.samples.map((x, k) => (k < 4 ? x * 0.98 : x * 1.2)) }
        : entry,
    );
    const mixed: Results = { ...now, cases: [{ ...first!, entries }, ...now.cases.slice(1)] };
    const change = compare(mixed, results({ seed: 1, cases, noise: 0.001 })).changes.find(
      ({ id, contestant }) => id === first!.id && contestant === 'wasm',
    );
    expect(change).toMatchObject({ verdict: 'unchanged' });
    expect(change!.ratio).toBeGreaterThan(1.1);
  });

  it('others, who are not ours', () => {
    const now = results({ seed: 2, cases, slowdown: (_, who) => (who === 'loop' ? 1.5 : 1) });
    const found = compare(now, then);
    expect(found.failed).toBe(false);
    expect(slower(found)).toHaveLength(cases.length);
    expect(comparisonReport(found)).toMatch(/comparisons of others changed/);
  });
});

describe('the roof', () => {
  it('of as many threads is what counts', () => {
    // The roof of two threads alone is twice as fast: whoever takes the wrong one sees a change in them all.
    const now = results({ seed: 2, cases, slowdown: (_, who) => (who === 'roof x2' ? 0.5 : 1) });
    expect(
      new Set(
        compare(now, then)
          .changes.filter(({ verdict }) => verdict === 'slower')
          .map(c => c.contestant),
      ),
    ).toEqual(new Set(['native avx512 x2', 'torch x2']));
  });

  it('is missed in either run: seconds are compared, and that is said', () => {
    const who = everyone.filter(({ contestant }) => contestant !== 'roof x1');
    const bare = results({ seed: 3, cases, who });
    for (const [now, old] of [
      [bare, then],
      [then, bare],
    ] as const) {
      const found = compare(now, old);
      expect(found.changes.find(({ contestant }) => contestant === 'wasm')!.unit).toBe('seconds');
      expect(found.changes.find(({ contestant }) => contestant === 'native avx512 x2')!.unit).toBe('roof');
    }
    const found = compare(results({ seed: 3, cases, who, drift: () => 1.2 }), then);
    expect(found.failed).toBe(true);
    expect(comparisonReport(found)).toMatch(/the whole machine was/);
  });
});

describe('refuses', () => {
  it.each([
    ['processor', { cpu: 'Another Processor' }, /processor is Another Processor and was Example/],
    ['number of processors', { processors: 4 }, /number of processors is 4 and was 2/],
    ['Node', { node: 'v22.1.0' }, /Node's major version is 22 and was 20/],
    ['backend', { backend: 'wasm' as const }, /backend is wasm and was native/],
    ['instruction set', { instructionSet: 'avx2' }, /instruction set is avx2 and was avx512/],
  ])('another %s, unless it is forced', (_, other, message) => {
    const now = results({ seed: 2, cases, machine: other });
    expect(() => compare(now, then)).toThrow(BaselineError);
    expect(() => compare(now, then)).toThrow(message);
    const forced = compare(now, then, { force: true });
    expect(forced.warnings.join()).toMatch(message);
  });

  it('but not another minor version of Node, or of lanestep', () => {
    const now = results({ seed: 2, cases, machine: { node: 'v20.99.0', lanestep: '0.2.0', commit: null } });
    expect(compare(now, then).warnings).toEqual([]);
    expect(machine.node).not.toBe('v20.99.0');
  });

  it('runs that have nothing of lanestep in common', () => {
    const message = /nothing could be found slower/;
    expect(() => compare(results({ cases: [adam(1e5)] }), then)).toThrow(message);
    const who = everyone.filter(({ kind }) => kind === 'loop' || kind === 'roof');
    expect(() => compare(results({ cases, who }), then)).toThrow(message);
  });
});

describe('says', () => {
  it('when so few rounds can show no change', () => {
    const [now, old] = [results({ seed: 1, cases, rounds: 3 }), results({ seed: 2, cases, rounds: 3 })];
    const { warnings } = compare(now, old);
    expect(warnings.join()).toMatch(/with 3 and 3 rounds .* cannot be told from chance/);
    // What it advises is enough.
    const needed = Number(/take (\d+) rounds/.exec(warnings.join())![1]);
    expect(compare(results({ seed: 1, cases, rounds: needed }), old).warnings).toEqual([]);
    expect(compare(results({ seed: 1, cases, rounds: needed - 1 }), old).warnings).not.toEqual([]);
  });

  it('that one of the runs was quick', () => {
    expect(compare({ ...results({ seed: 2, cases }), quick: true }, then).warnings.join()).toMatch(/quick/);
  });

  it('all of it in a report that fits', () => {
    const now = results({
      seed: 2,
      cases: cases.slice(1),
      slowdown: (id, who) =>
        who === 'wasm' ? 1.2 : id.endsWith('1e4') && who === 'native sse2 x1' ? 0.7 : 1,
    });
    const text = comparisonReport(compare(now, then), { width: 80 });
    expect(text).toMatch(/slower by more than 5 %\n/);
    expect(text).toMatch(/Adam\/float32\/1e6 +wasm +\+(19|20|21) % +roofs/);
    expect(text).toMatch(/faster by more than 5 %[\s\S]*native sse2 x1 +−(29|30|31) %/);
    expect(text).toMatch(
      /12 comparisons: 3 slower, 1 faster, 8 unchanged; 12 in steps of the roof, 0 in\sseconds/,
    );
    expect(text).toMatch(/only in the baseline: native avx512 x1 in Adam\/float32\/1e2/);
    expect(text).toMatch(/Something became slower\.\n$/);
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(comparisonReport(compare(then, then))).toMatch(/Nothing became slower\.\n$/);
  });
});
