// The terminal's report, the README's tables, and the file of results.
import { describe, expect, it } from 'vitest';
import { home } from '../../bench/report/caches.js';
import { bytes, count, day, duration, figure, percent, rough, signed } from '../../bench/report/format.js';
import { parseResults, ResultsError, serialise } from '../../bench/report/json.js';
import { markdownReport, replaceBetween } from '../../bench/report/markdown.js';
import { overRoof } from '../../bench/report/over-roof.js';
import { textReport } from '../../bench/report/text.js';
import { bar } from '../../bench/report/text-table.js';
import type { Results } from '../../bench/results.js';
import { adam, everyone, machine, results, wholeRun } from './fixture.js';

const plain = { width: 120, color: false };
/** Without noise or drift, so that every figure can be worked out. */
const exact = (cases = [1e2, 1e4, 1e6].map(n => adam(n)), who = everyone) =>
  results({ cases, who, noise: 0 });
const sizeOf = (line: string): number => [...line].length;

/** The words of the first line that holds all of these. */
function words(text: string, ...holds: string[]): string[] {
  const line = text.split('\n').find(one => holds.every(part => one.includes(part)));
  expect(line, holds.join(' ')).toBeDefined();
  return line!.trim().split(/\s+/);
}

describe('numbers', () => {
  it.each([
    [0, '0'],
    [0.00123, '0.0012'],
    [0.0999, '0.10'],
    [0.9127, '0.913'],
    [0.9996, '1.00'],
    [9.996, '10.0'],
    [99.96, '100'],
    [1094.6, '1,090'],
    [123456, '123,000'],
    [Number.NaN, '–'],
  ])('%f is %s', (x, text) => expect(figure(x)).toBe(text));

  it.each([
    [1.2345e-8, '12.3 ns'],
    [9.9996e-7, '1.00 µs'],
    [9.9e-7, '990 ns'],
    [0.00123, '1.23 ms'],
    [2, '2.00 s'],
    [3e-10, '0.300 ns'],
  ])('%f s is %s', (x, text) => expect(duration(x)).toBe(text));

  it('of other kinds', () => {
    expect([percent(0.9996), percent(1), percent(1.234), percent(0.001), percent(0)]).toEqual([
      '99 %',
      '100 %',
      '123 %',
      '<1 %',
      '0 %',
    ]);
    expect([signed(0.0134), signed(-0.0134), signed(0.0001), signed(0.123)]).toEqual([
      '+1.3',
      '−1.3',
      '±0',
      '+12',
    ]);
    expect([bytes(32768), bytes(1.5 * 2 ** 30), bytes(100)]).toEqual(['32 KiB', '1.5 GiB', '100 bytes']);
    expect([rough(0.5), rough(5321), rough(3.4e6), rough(1e12), count(1e6)]).toEqual([
      '0.5',
      '5.3k',
      '3.4M',
      '1e12',
      '1,000,000',
    ]);
    expect([day('2026-11-22T17:10:31.000Z'), day('once')]).toEqual(['2026-11-22 17:10 UTC', 'once']);
  });

  it('as bars', () => {
    expect([bar(1, 4), bar(0.5, 4), bar(0.53125, 4), bar(0, 4), bar(7, 4)]).toEqual([
      '████',
      '██',
      '██▏',
      '▏',
      '████',
    ]);
  });
});

describe('the terminal', () => {
  it.each([120, 100, 80, 200])('is %i columns wide, and no line wider', width => {
    const text = textReport(results({ seed: 1 }), { width, color: false });
    for (const line of text.split('\n')) {
      expect(sizeOf(line), line).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
    expect(text).not.toContain('\x1b');
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('says what it ran on', () => {
    const text = textReport(results(), plain).replace(/\s+/g, ' ');
    for (const part of [
      'Example Processor @ 2.50GHz',
      '2 processors',
      'L1d 32 KiB, L2 1 MiB, L3 36 MiB',
      '8 GiB of memory',
      'virtual (KVM)',
      'native avx512, 2 threads',
      'Node 20.20.2, V8 11.3',
      'lanestep 0.1.0 (0123456789), 2026-11-22 17:10 UTC, full, 9 rounds',
      'neon: the processor is not an Arm',
      '0.12 0.30 0.25',
      'holds the median with 96 %',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('the machine was busy');
    const other = textReport(
      results({
        rounds: 3,
        machine: {
          load: [1.5, 0, 0],
          virtual: null,
          commit: 'abc1234+',
          caches: { l1d: null, l2: null, l3: null },
        },
      }),
      plain,
    );
    expect(other).toMatch(/the machine was busy/);
    expect(other).toMatch(/hold the median only 75 % of the time/);
    expect(other).toMatch(/lanestep 0\.1\.0 \(abc1234\+\)/);
    expect(other).toMatch(/── 100 elements ─/);
    expect(other).not.toMatch(/virtual/);
  });

  it('names each size by the cache that it lives in', () => {
    // Four arrays: 1.6 kB, 160 kB, 16 MB, 160 MB.
    const text = textReport(exact([1e2, 1e4, 1e6, 1e7].map(n => adam(n))), plain);
    expect([...text.matchAll(/── ([\d,]+ elements, in \w+)/g)].map(([, title]) => title)).toEqual([
      '100 elements, in L1',
      '10,000 elements, in L2',
      '1,000,000 elements, in L3',
      '10,000,000 elements, in memory',
    ]);
  });

  it('names what takes longer than 1.15 times its roof from a million elements on, and what it computes', () => {
    const made = exact([adam(1e4), adam(1e6), adam(1e6, 'float64')]);
    const work = { passes: 2, operations: 9, divisions: 1, roots: 0, sums: 3 };
    // Of each the lead on one thread takes this many times as long as the roof.
    const cases = [1.5, 1.2, 1.1].map((ratio, i) => {
      const of = { ...made.cases[i]!, work };
      const roof = of.entries.find(({ kind, threads }) => kind === 'roof' && threads === 1)!;
      const entries = of.entries.map(entry =>
        entry.kind === 'native' && entry.threads === 1
          ? { ...entry, samples: roof.samples.map(sample => ratio * sample) }
          : entry,
      );
      return { ...of, entries };
    });
    expect(overRoof(cases, made).rows.map(row => row.at(-1))).toEqual([
      '9 operations, 1 division, 3 sums in double, 2 passes',
    ]);
    const text = textReport({ ...made, cases }, plain);
    expect(text).toMatch(/── Over the roof[\s\S]*Adam +float32 +1e6 +1\.2/);
    expect(textReport(exact([adam(1e4)]), plain)).not.toMatch(/Over the roof/);
  });

  it('counts each array once for that', () => {
    // The gradient, the parameter and two slots: 16 bytes an element, and 32 KiB of cache.
    const [fits, not] = [2048, 2049].map(n => home(exact([adam(n)]).cases[0]!, machine));
    expect([fits, not]).toEqual(['in L1', 'in L2']);
  });

  it('has the figures that the samples give', () => {
    const text = textReport(exact([adam(1e4)]), plain);
    // 10,000 x 15.5 ns + 20 ns, and 28 bytes for each of them.
    const [place, name, median, unit, , , ns, millions, gigabytes] = words(text, 'loop', '155 µs');
    expect([place, name, median, unit, ns, millions, gigabytes]).toEqual([
      '8',
      'loop',
      '155',
      'µs',
      '15.5',
      '64.5',
      '1.81',
    ]);
    // 15,502 : 675 = 22.97 times the loop; the roof takes 4,000 ns, 59 % of 6,750.
    const native = words(text, 'native avx512 x1');
    expect(native).toContain('23.0');
    expect(native).toContain('59');
    expect(native).toContain('2.3');
    expect(native).toContain('✓');
    expect(words(text, 'tfjs-wasm', '~')).toContain('5.3k');
  });

  it('ranks the fastest first, and those in one place whom nothing tells apart', () => {
    const text = textReport(results({ seed: 4, noise: 0.02, cases: [adam(1e7)] }), plain);
    const rows = text.split('\n').filter(line => /^ *\d+ +(native|torch|wasm|loop|textbook|tfjs)/.test(line));
    // All that memory limits alike: two threads, then one.
    expect(rows.map(row => Number(row.trim().split(/\s/)[0]))).toEqual([1, 1, 3, 3, 3, 3, 7, 8, 9, 10]);
    expect(rows[0]).toMatch(/x2/);
    expect(rows.at(-1)).toMatch(/tfjs-cpu/);
    expect(text).toMatch(/native avx512 x1.*≈(1\.0|0\.9)/);
    // Bars shrink as their rows slow down.
    const lengths = rows.map(row => sizeOf(/[█-▏]+$/.exec(row)?.[0] ?? ''));
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(lengths[0]).toBeGreaterThan(lengths.at(-1)!);
  });

  it('puts optimizers beside each other, a form of Adam too', () => {
    const text = textReport(results({ seed: 1 }), { width: 160, color: false });
    const section = text.slice(text.indexOf('── 1,000,000'), text.indexOf('── 10,000,000'));
    expect(section.match(/contestant/g)).toHaveLength(2);
    for (const name of ['SGD', 'SGD momentum', 'RMSprop', 'Adam amsgrad', 'Rprop'])
      expect(section).toMatch(new RegExp(`^${name} +\\d`, 'm'));
    // Nobody else was raced in Rprop.
    const rprop = section.split('\n').find(line => line.startsWith('Rprop'))!;
    expect(rprop).toMatch(/100 %|99 %/);
    expect(section).toMatch(/x2\n.*: x1|x2/);
  });

  it('says what a stage costs, and against what', () => {
    const text = textReport(results({ seed: 1, noise: 0 }), plain);
    const section = text.slice(text.indexOf('── Stages'), text.indexOf('── Calls'));
    expect(section).toMatch(/against Adam, float32, one tensor of 1,000,000, plain/);
    expect(words(section, 'weightDecay').join(' ')).toMatch(/\+8\.0 %/);
    expect(words(section, 'gradientScale').join(' ')).toMatch(/\+5\.0 %/);
    expect(words(section, 'maximize').join(' ')).toMatch(/\+4\.0 %/);
    const calls = text.slice(text.indexOf('── Calls'));
    // Three times the work of the steady step with the same tensors, in WebAssembly of 1000 tensors: 1.88.
    expect(calls).toMatch(/first step after creation\n.*\n.*steady[\s\S]*?wasm.* 1\.9\d /);
    expect(calls).toMatch(/one element\n.*median(?!.*time :)/);
  });

  it('leaves out columns that do not fit, and none that is needed', () => {
    const run = results({ cases: [adam(1e4)] });
    const wide = textReport(run, { width: 200, color: false });
    const narrow = textReport(run, { width: 80, color: false });
    expect(wide).toContain('Mparam');
    expect(narrow).not.toContain('Mparam');
    for (const head of ['median', 'ns/', 'GB/s', '% of', '×loop']) expect(narrow).toContain(head);
  });

  it('is in bold only where that is wanted', () => {
    const [with_, without] = [true, false].map(color => textReport(results(), { width: 120, color }));
    expect(with_).toContain('\x1b[1m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(with_!.replace(/\x1b\[\d+m/g, '')).toBe(without);
  });

  it('bears runs of which little is left', () => {
    const few = (making: Parameters<typeof results>[0]) => textReport(results(making), plain);
    expect(few({ cases: [] })).toMatch(/0 rounds/);
    expect(few({ rounds: 1 })).not.toMatch(/NaN|undefined|Infinity/);
    const wasm = everyone.filter(({ kind }) => kind === 'wasm');
    const text = few({ who: wasm, machine: { backend: 'wasm', instructionSet: 'simd128', threads: 1 } });
    expect(text).not.toMatch(/NaN|undefined|Infinity|roof *\n/);
    expect(text).toMatch(/wasm with float32/);
    expect(few({ who: [] })).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('Markdown', () => {
  it('has a row for each size and list, in order', () => {
    const text = markdownReport(results({ cases: [...wholeRun].reverse(), noise: 0 }));
    const rows = text.split('\n').filter(line => line.startsWith('|'));
    const cells = rows.map(row =>
      row
        .slice(2, -2)
        .split(' | ')
        .map(cell => cell.trim()),
    );
    expect(cells[0]).toEqual([
      'elements',
      'loop, ns each',
      'WebAssembly',
      'native, 1 thread',
      'native, 2 threads',
      'tfjs-wasm',
      'torch x1',
      'torch x2',
      'native, 1 thread : roof',
      'native, 2 threads : roof',
    ]);
    expect(cells.slice(2, 10).map(([first]) => first)).toEqual([
      '100',
      '1,000',
      '10,000',
      '100,000',
      '1,000,000',
      '10,000,000',
      '300 tensors of 10,000',
      '1000 tensors of 100',
    ]);
    // 15,520 : 612; wasm 780. Of 10,000: 155,020 : 6,750, over 4,000 of the roof.
    expect(cells[2]!.slice(1, 4)).toEqual(['15.7', '2.01 ×', '2.57 ×']);
    expect(cells[4]!.slice(3, 4)).toEqual(['23.0 ×']);
    expect(cells[4]![8]).toBe('1.69');
    const every = rows.slice(10);
    expect(every[0]).toMatch(/optimizer .* ns each .* GB\/s .* time : roof .* × loop .* max ulps/);
    expect(every.map(row => row.split('|')[1]!.trim()).slice(2)).toContain('SGD momentum');
    expect(every).toHaveLength(11);
    // Columns as wide as their widest cell, or a formatter would change the file again.
    for (const table of [rows.slice(0, 10), every]) expect(new Set(table.map(sizeOf)).size).toBe(1);
    for (const line of text.split('\n').filter(one => !one.startsWith('|')))
      expect(sizeOf(line)).toBeLessThanOrEqual(140);
    expect(text).toMatch(
      /Example Processor .*virtual processors, avx512, Node 20\.20\.2, lanestep 0\.1\.0 .*2026-11-22/,
    );
    expect(text).not.toMatch(/[ \t]\n|\n$/);
  });

  it('has no column for those who were not there', () => {
    const who = everyone.filter(({ kind, threads }) => threads === 1 && !/torch|tfjs/.test(kind));
    const text = markdownReport(results({ who }));
    expect(text).not.toMatch(/torch|tfjs|threads|–/);
    expect(text).toMatch(/native, 1 thread : roof/);
    expect(markdownReport(results({ cases: [adam(1e4, 'float64')] }))).toBe('');
  });

  it('is put between marks, again and again', () => {
    const readme = 'above\n<!-- a -->\nold | $& table\n<!-- b -->\nbelow\n';
    const once = replaceBetween(readme, '<!-- a -->', '<!-- b -->', '| $1 $& |\n');
    expect(once).toBe('above\n<!-- a -->\n\n| $1 $& |\n\n<!-- b -->\nbelow\n');
    expect(replaceBetween(once, '<!-- a -->', '<!-- b -->', '| $1 $& |')).toBe(once);
    expect(() => replaceBetween('<!-- a -->', '<!-- a -->', '<!-- b -->', '')).toThrow(
      /<!-- b --> in the text/,
    );
    expect(() => replaceBetween('<!-- b --><!-- a -->', '<!-- a -->', '<!-- b -->', '')).toThrow(/before/);
    expect(() => replaceBetween('<!-- a --><!-- a --><!-- b -->', '<!-- a -->', '<!-- b -->', '')).toThrow(
      /once/,
    );
  });
});

describe('JSON', () => {
  const text = serialise(results());

  it('comes back as it was', () => {
    expect(parseResults(text)).toEqual(results());
    expect(serialise(parseResults(text))).toBe(text);
    const odd = results({ machine: { cpu: 'a [\n1, 2\n] "b"' } });
    expect(parseResults(serialise(odd))).toEqual(odd);
  });

  it('has the samples of a contestant in one line', () => {
    expect(text).toMatch(/"samples": \[ [\d.e, -]+ \],\n/);
    expect(text.split('\n').length).toBeLessThan(results().cases.flatMap(c => c.entries).length * 15);
  });

  /** The text of a run in which something was replaced. */
  const broken = (change: (run: ReturnType<typeof JSON.parse>) => void): string => {
    const run = JSON.parse(text);
    change(run);
    return JSON.stringify(run);
  };

  it.each<[string, (run: ReturnType<typeof JSON.parse>) => void, RegExp]>([
    [
      'another schema',
      r => {
        r.schema = 'other';
      },
      /"lanestep-bench" at schema, got "other"/,
    ],
    [
      'no schema',
      r => {
        delete r.schema;
      },
      /at schema, got nothing/,
    ],
    [
      'a newer version',
      r => {
        r.version = 2;
      },
      /version 2 .* newer than version 1.*update/,
    ],
    [
      'an older version',
      r => {
        r.version = 0;
      },
      /version 0 .* older than version 1/,
    ],
    [
      'no version',
      r => {
        r.version = '1';
      },
      /whole number at version, got "1"/,
    ],
    [
      'a date',
      r => {
        r.date = 'yesterday';
      },
      /a date at date, got "yesterday"/,
    ],
    [
      'quick',
      r => {
        r.quick = 1;
      },
      /true or false at quick, got 1/,
    ],
    [
      'a cache',
      r => {
        r.machine.caches.l2 = '1M';
      },
      /number at machine\.caches\.l2, got "1M"/,
    ],
    [
      'processors',
      r => {
        r.machine.processors = 0;
      },
      /machine\.processors, got 0/,
    ],
    [
      'load',
      r => {
        r.machine.load = [1, 2];
      },
      /3 at machine\.load\.length, got 2/,
    ],
    [
      'absent',
      r => {
        r.absent = [{ contestant: 'x' }];
      },
      /text at absent\[0\]\.reason, got nothing/,
    ],
    [
      'a group',
      r => {
        r.cases[3].group = 'other';
      },
      /one of sizes, .* at cases\[3\]\.group/,
    ],
    [
      'a kind',
      r => {
        r.cases[1].entries[2].kind = 'gpu';
      },
      /cases\[1\]\.entries\[2\]\.kind, got "gpu"/,
    ],
    [
      'a sample',
      r => {
        r.cases[1].entries[2].samples[4] = null;
      },
      /positive number at cases\[1\]\.entries\[2\]\.samples\[4\], got null/,
    ],
    [
      'a sample of no time',
      r => {
        r.cases[1].entries[2].samples[4] = 0;
      },
      /samples\[4\], got 0/,
    ],
    [
      'no samples',
      r => {
        r.cases[0].entries[0].samples = [];
      },
      /at least 1 at cases\[0\]\.entries\[0\]\.samples\.length/,
    ],
    [
      'entries',
      r => {
        r.cases[0].entries = {};
      },
      /a list at cases\[0\]\.entries, got {}/,
    ],
    [
      'threads',
      r => {
        r.cases[0].entries[0].threads = 1.5;
      },
      /whole number of at least 1 at cases\[0\]\.entries\[0\]\.threads/,
    ],
    [
      'options',
      r => {
        r.cases[0].options = [];
      },
      /an object at cases\[0\]\.options/,
    ],
    [
      'a case twice',
      r => {
        r.cases[2].id = r.cases[0].id;
      },
      /another than that of cases\[0\] at cases\[2\]\.id/,
    ],
    [
      'a contestant twice',
      r => {
        r.cases[0].entries[1].contestant = r.cases[0].entries[0].contestant;
      },
      /cases\[0\]\.entries\[1\]\.contestant/,
    ],
  ])('is refused for %s', (_, change, message) => {
    expect(() => parseResults(broken(change))).toThrow(ResultsError);
    expect(() => parseResults(broken(change))).toThrow(message);
  });

  it('is refused where it is none', () => {
    expect(() => parseResults('{')).toThrow(/Expected JSON/);
    expect(() => parseResults('[]')).toThrow(/an object at the top/);
    expect(() => parseResults('null')).toThrow(ResultsError);
  });

  it('may have fields that are not known yet', () => {
    expect(() =>
      parseResults(
        broken(r => {
          r.cases[0].entries[0].joules = 3;
        }),
      ),
    ).not.toThrow();
  });

  it('is not written where it could not be read', () => {
    const run = results({ cases: [adam(100)] });
    const [first] = run.cases;
    const entries = first!.entries.map(entry => ({ ...entry, samples: [Number.NaN] }));
    const bad: Results = { ...run, machine, cases: [{ ...first!, entries }] };
    expect(() => serialise(bad)).toThrow(/samples\[0\], got null/);
  });
});
