// The races of the drop-in for TensorFlow.js: what is raced, that whoever computes something else is found out, what is told.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Optimizer, Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageOf, type Tfjs } from '../../bench/contestants/tfjs.js';
import { load } from '../../bench/contestants/tfjs-cpu.js';
import { expectAlive, expectSame } from '../../bench/tfjs/bits.js';
import { type Case, cases } from '../../bench/tfjs/cases.js';
import { parse, serialise } from '../../bench/tfjs/json.js';
import { optimizers, type Train } from '../../bench/tfjs/optimizers.js';
import { race } from '../../bench/tfjs/race.js';
import { markdownReport, textReport } from '../../bench/tfjs/report.js';
import { type Race, type Results, type Side, schema } from '../../bench/tfjs/results.js';
import { planned } from '../../bench/tfjs/run.js';
import * as ours from '../../src/tfjs/index.js';
import { machine } from './fixture.js';

expect(await load(1)).toBeTypeOf('function');
const tf = packageOf<Tfjs>('@tensorflow/tfjs-core') as Tfjs;

describe('the cases', () => {
  const ids = (quick: boolean, ...filters: string[]) => planned(quick, filters).map(({ id }) => id);
  const adam = [
    ...['adam/1e3', 'adam/1e4', 'adam/1e5', 'adam/1e6'],
    ...['adam/100x1000', 'adam/1000x100', 'adam/model', 'adam/fit/784-128-10'],
  ];

  it('are Adam at every size, a training, and all optimizers at one', () => {
    expect(ids(true)).toEqual(adam);
    expect(ids(false)).toEqual([
      ...adam,
      ...['sgd/1e5', 'momentum/1e5', 'momentum+nesterov/1e5', 'adagrad/1e5', 'adadelta/1e5'],
      ...['adamax/1e5', 'rmsprop/1e5', 'rmsprop+centered/1e5'],
    ]);
    expect(ids(false, 'fit', 'sgd')).toEqual(['adam/fit/784-128-10', 'sgd/1e5']);
  });

  it('have the elements that their ids say', () => {
    const lengths = Object.fromEntries(cases(false).map(one => [one.id, one.lengths]));
    expect(lengths['adam/1e6']).toEqual([1e6]);
    expect(lengths['adam/100x1000']).toEqual(Array(100).fill(1000));
    expect(lengths['adam/1000x100']).toEqual(Array(1000).fill(100));
    expect(lengths['adam/model']).toHaveLength(6);
    expect(lengths['adam/fit/784-128-10']).toEqual([784 * 128, 128, 1280, 10]);
  });

  it('miss none of tf.train, and have none twice', () => {
    const makers = new Set(optimizers.map(({ maker }) => maker));
    expect([...makers].sort()).toEqual(Object.keys(tf.train).sort());
    expect(new Set(optimizers.map(({ maker, args }) => `${maker} ${args}`)).size).toBe(optimizers.length);
  });
});

const pace = { rounds: 3, seconds: 0.001, warm: 0.001, batches: 3 };

/** A case of an optimizer, small enough to be raced in no time. */
const small = (name: string, lengths: readonly number[] = [7, 40]): Case => ({
  id: `${name}/small`,
  group: 'adam',
  title: name,
  raced: optimizers.find(one => one.name === name)!,
  lengths,
});
const training: Case = { ...small('adam'), group: 'fit', model: { widths: [6, 5, 3], batch: 4 } };

/** Puts something around the steps of an optimizer. */
function around<O extends Optimizer>(optimizer: O, step: (take: (gradients: Given) => void) => Take): O {
  const take: Take = optimizer.applyGradients.bind(optimizer) as Take;
  optimizer.applyGradients = step(take) as Optimizer['applyGradients'];
  return optimizer;
}
type Given = { name: string; tensor: Tensor }[];
type Take = (gradients: Given) => void;

type Some = Partial<Pick<Train, 'adam' | 'sgd'>>;

const racing = (entrant: Case, dropIn: Some = {}, stock: Some = {}, seconds = pace.seconds) =>
  race(
    entrant,
    { tf, stock: { ...(tf.train as Train), ...stock }, dropIn: { ...(ours as Train), ...dropIn } },
    { ...pace, seconds },
  );

describe('a race', () => {
  it.each(optimizers.map(({ name }) => name))(
    'of %s gives samples of steps with the same bits',
    async name => {
      const sides = (await racing(small(name))) as Race;
      for (const { samples, updates, steps } of [sides.stock, sides.dropIn]) {
        expect(samples).toHaveLength(pace.rounds);
        expect(samples.every(seconds => seconds > 0)).toBe(true);
        expect(updates).toBeNull();
        expect(steps).toBeGreaterThan(pace.rounds);
      }
    },
  );

  it('changes who begins, and gives new gradients at each step', async () => {
    const turns: string[] = [];
    const given: Given[] = [];
    const watched = (name: string, optimizer: Optimizer) =>
      around(optimizer, take => gradients => {
        if (turns.at(-1) !== name) turns.push(name);
        if (name === 'stock' && given.length < 2) given.push(gradients);
        take(gradients);
      });
    let made = 0;
    await racing(
      small('adam'),
      { adam: (...args: never[]) => watched(made++ === 0 ? 'drop-in' : 'witness', ours.adam(...args)) },
      { adam: (...args: never[]) => watched('stock', tf.train.adam(...args)) },
    );
    // To warm up, and three rounds: s d, s d, d s, s d. Where one ends a round and begins the next, it is once here.
    expect(turns).toEqual(['stock', 'drop-in', 'stock', 'drop-in', 'stock', 'drop-in', 'witness']);
    const [first, second] = given as [Given, Given];
    expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    expect(first.every(({ tensor }, i) => tensor !== second[i]!.tensor)).toBe(true);
  });

  it('of a training takes as many steps of both, and tells the share of the update', async () => {
    const { stock, dropIn } = (await racing(training)) as Race;
    for (const { samples, updates, steps } of [stock, dropIn]) {
      expect(samples).toHaveLength(pace.rounds);
      expect(updates).toHaveLength(pace.rounds);
      expect(steps).toBe((pace.rounds + 1) * pace.batches);
    }
  });

  const adam = (change: (take: Take) => Take) => () => around(ours.adam(), change);
  /** Changes the first element of the last variable after each step. */
  const spoiling = (change: (values: Float32Array) => void) =>
    adam(take => gradients => {
      take(gradients);
      const variable = tf.engine().registeredVariables[gradients.at(-1)!.name]!;
      const values = variable.dataSync<'float32'>().slice();
      change(values);
      variable.assign(tf.tensor(values, variable.shape));
    });

  const wrong: Record<string, () => Optimizer> = {
    'has another learning rate': () => ours.adam(0.002),
    'does nothing': adam(() => () => {}),
    'leaves the last variable out': adam(take => gradients => take(gradients.slice(0, -1))),
    'is off by one bit in one element': spoiling(values => {
      new Int32Array(values.buffer)[0]!++;
    }),
    'gives NaN': spoiling(values => values.fill(Number.NaN)),
  };

  it.each(Object.keys(wrong))('finds out a drop-in that %s', async how => {
    await expect(racing(small('adam'), { adam: wrong[how]! })).rejects.toThrow(
      /in adam\/small after \d+ steps/,
    );
    await expect(racing(training, { adam: wrong[how]! })).rejects.toThrow(/in adam\/small after \d+ steps/);
  });

  it('finds out one that goes wrong at a step that stock never takes', async () => {
    // Each of stock's is longer than a turn, so that it takes one in each, and the drop-in, even
    // on a machine that is busy, more in all.
    let taken = 0;
    const slow = (...args: never[]) =>
      around(tf.train.adam(...args), take => gradients => {
        for (const until = performance.now() + 6; performance.now() < until; );
        take(gradients);
        taken++;
      });
    let made = 0;
    let wrongly = 0;
    const going = () => {
      // Only the one that is timed.
      const timed = made++ === 0;
      let left = 12;
      return adam(take => gradients => {
        take(gradients);
        if (!timed || left-- > 0) return;
        take(gradients);
        wrongly++;
      })();
    };
    await expect(racing(small('adam', [3]), { adam: going }, { adam: slow }, 0.005)).rejects.toThrow(
      /^the drop-in beside its timed self in adam\/small after/,
    );
    expect(wrongly).toBeGreaterThan(0);
    expect(taken).toBeLessThan(12);
  });

  it('is none where both are NaN or stand still', async () => {
    const sgd = (lr: number) => ({ sgd: () => ours.sgd(lr) });
    const stock = (lr: number) => ({ sgd: () => tf.train.sgd(lr) });
    await expect(racing(small('sgd'), sgd(Infinity), stock(Infinity))).rejects.toThrow(/Infinity|NaN/);
    await expect(racing(small('sgd'), sgd(0), stock(0))).rejects.toThrow('variable 0 did not move');
  });
});

describe('bits', () => {
  const of = (...values: number[]) => [Float32Array.from(values)];

  it('are the same or not', () => {
    const quiet = of(Number.NaN);
    new Uint32Array(quiet[0]!.buffer)[0] = 0x7fc00001;
    expect(() => expectSame(quiet, of(Number.NaN), 'x')).not.toThrow();
    expect(() => expectSame(of(1, -0), of(1, 0), 'x')).toThrow('x: element 1 of variable 0 is 0, not 0');
    expect(() => expectSame(of(1), of(1, 2), 'x')).toThrow('1 elements, not 2');
    expect(() => expectSame([], of(1), 'x')).toThrow('0 variables, not 1');
  });

  it('are alive or not', () => {
    expect(() => expectAlive(of(1, 2), of(1, 3), 'x')).not.toThrow();
    expect(() => expectAlive(of(1, 2), of(1, 2), 'x')).toThrow('did not move');
    expect(() => expectAlive(of(1, Infinity), of(1, 2), 'x')).toThrow('element 1 of variable 0 is Infinity');
  });
});

describe('the report', () => {
  const side = (samples: number[], updates: number[] | null = null): Side => ({
    samples,
    updates,
    steps: 99,
  });
  // Seven rounds, of which the last took twice as long: the ratio of each is what it is.
  const drift = [1, 1.01, 0.99, 1, 1.02, 0.98, 2];
  const steps = (stock: number, dropIn: number) => ({
    stock: side(drift.map(x => x * stock)),
    dropIn: side(drift.map(x => x * dropIn)),
  });
  const noisy = {
    stock: side([1, 2, 1, 2, 1, 2, 1].map(x => x * 1e-3)),
    dropIn: side([2, 1, 2, 1, 2, 1, 2].map(x => x * 1e-3)),
  };
  const fit = {
    stock: side(
      drift.map(x => x * 0.01),
      drift.map(x => x * 0.005),
    ),
    dropIn: side(
      drift.map(x => x * 0.0052),
      drift.map(x => x * 0.0002),
    ),
  };
  const told: Record<string, readonly Race[]> = {
    'adam/1e3': [
      { backend: 'cpu', ...steps(1.5e-4, 5e-6) },
      { backend: 'wasm', ...steps(1e-4, 8e-6) },
    ],
    'adam/1e5': [
      { backend: 'cpu', ...steps(0.016, 8e-5) },
      { backend: 'wasm', ...noisy },
    ],
    'adam/1000x100': [{ backend: 'cpu', ...steps(0.1, 0.002) }],
    'adam/fit/784-128-10': [{ backend: 'cpu', ...fit }],
    'sgd/1e5': [{ backend: 'cpu', ...steps(0.003, 3e-5) }],
  };
  const results = (change: (race: Race) => boolean = () => true): Results => ({
    schema: schema.name,
    version: schema.version,
    date: '2026-11-22T17:10:00.000Z',
    quick: false,
    machine,
    tfjs: '4.22.0',
    absent: [{ contestant: 'tfjs wasm in sgd/1e5', reason: 'has no time' }],
    cases: cases(false).map(({ id, group, title, raced, lengths }) => ({
      id,
      group,
      title,
      optimizer: raced.name,
      variables: lengths.length,
      elements: lengths.reduce((a, b) => a + b),
      races: (told[id] ?? []).filter(change),
    })),
  });

  it('is tables for the README', () => {
    expect(markdownReport(results()).split('\n')).toEqual([
      'tf.train.adam against the drop-in, one step:',
      '',
      '| case                   | stock cpu | drop-in |    × | stock wasm | drop-in |     × |',
      '| ---------------------- | --------: | ------: | ---: | ---------: | ------: | ----: |',
      '| 1,000                  |    150 µs | 5.00 µs | 30.0 |     100 µs | 8.00 µs |  12.5 |',
      '| 100,000                |   16.0 ms | 80.0 µs |  200 |    1.00 ms | 2.00 ms | ≈0.50 |',
      '| 1,000 variables of 100 |    100 ms | 2.00 ms | 50.0 |          – |       – |     – |',
      '',
      'tf.train against the drop-in, one step of one variable of 100,000:',
      '',
      '| case | stock cpu | drop-in |   × | stock wasm | drop-in |     × |',
      '| ---- | --------: | ------: | --: | ---------: | ------: | ----: |',
      '| adam |   16.0 ms | 80.0 µs | 200 |    1.00 ms | 2.00 ms | ≈0.50 |',
      '| sgd  |   3.00 ms | 30.0 µs | 100 |          – |       – |     – |',
      '',
      'model.fit of a dense 784-128-10, 32 examples a step, with adam: a training step, and the update in it (applyGradients):',
      '',
      '| backend | step, stock | step, drop-in |    × | update, stock | update, drop-in |    × | share, stock | share, drop-in |',
      '| ------- | ----------: | ------------: | ---: | ------------: | --------------: | ---: | -----------: | -------------: |',
      '| cpu     |     10.0 ms |       5.20 ms | 1.92 |       5.00 ms |          200 µs | 25.0 |         50 % |            4 % |',
      '',
      'Example Processor @ 2.50GHz, 2 virtual processors, lanestep on native avx512, 2 threads, Node 20.20.2, TensorFlow.js',
      '4.22.0, lanestep 0.1.0 (0123456789), 2026-11-22, medians of 7 rounds. ≈ where the 98 % interval of a ratio holds 1.',
    ]);
  });

  it('leaves out what nobody raced', () => {
    const onCpu = markdownReport(results(({ backend }) => backend === 'cpu'));
    expect(onCpu).toContain('| stock cpu | drop-in |');
    expect(onCpu).not.toContain('wasm');
    expect(markdownReport(results(() => false))).toBe('');
    const onlyAdam = { ...results(), cases: results().cases.filter(({ group }) => group === 'adam') };
    expect(markdownReport(onlyAdam).match(/100,000 /g)).toHaveLength(1);
  });

  it('is text for a terminal, with intervals where there is room', () => {
    const text = textReport(results(), { width: 120, color: false });
    expect(text).toMatch(/^run {10}lanestep 0\.1\.0 .*, full, 7 rounds\ntfjs {9}4\.22\.0\n/);
    expect(text).toContain('absent       tfjs wasm in sgd/1e5: has no time');
    expect(text).toMatch(/\n1,000 +150 µs +5\.00 µs +30\.0 +±0 ±0 +100 µs +8\.00 µs +12\.5 +±0 ±0\n/);
    expect(text).toMatch(/\n100,000 .* ≈0\.50 +±0 \+300\n/);
    expect(text).toMatch(/\ncpu +10\.0 ms +5\.20 ms +1\.92 .* 50 % +4 %\n/);
    for (const line of textReport(results(), { width: 80, color: false }).split('\n'))
      expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  it('is a file that can be read again', () => {
    expect(parse(serialise(results()))).toEqual(results());
    const broken = (change: (run: ReturnType<typeof JSON.parse>) => void) => {
      const copy = structuredClone(results());
      change(copy);
      return () => parse(JSON.stringify(copy));
    };
    expect(broken(r => Object.assign(r, { schema: 'lanestep-bench' }))).toThrow(
      '"lanestep-bench-tfjs" at schema',
    );
    expect(broken(r => Object.assign(r, { version: 2 }))).toThrow('newer than version 1');
    expect(broken(r => Object.assign(r.cases[0].races[1], { backend: 'cpu' }))).toThrow('races[1].backend');
    expect(broken(r => Object.assign(r.cases[0].races[0].stock.samples, [Number.NaN]))).toThrow('samples[0]');
  });
});

describe('the command', () => {
  const script = fileURLToPath(new URL('../../out/bench/main.js', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
  const file = (name: string): string => join(folder, name);
  const bench = (...args: string[]) =>
    spawnSync(process.execPath, [script, '--tfjs', ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  let run: ReturnType<typeof bench>;

  beforeAll(() => {
    writeFileSync(file('page.md'), 'before\n<!-- tfjs: begin -->\n<!-- tfjs: end -->\nafter\n');
    run = bench(
      ...['--quick', '--filter', 'adam/1e3', '--json', file('run.json'), '--readme', file('page.md')],
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('races on both backends, ends well and reports', () => {
    expect(run.stderr).toMatch(/^1\/2 {2}\d+ s {2}cpu: adam, one variable of 1,000\n/);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/\n1,000 .*[µm]s/);
  });

  it('leaves its samples, and its tables between the marks', () => {
    const { cases, tfjs } = parse(readFileSync(file('run.json'), 'utf8'));
    expect(tfjs).toMatch(/^4\./);
    expect(cases.map(({ id }) => id)).toEqual(['adam/1e3']);
    expect(cases[0]!.races.map(({ backend }) => backend)).toEqual(['cpu', 'wasm']);
    for (const { stock, dropIn } of cases[0]!.races) {
      expect(stock.samples).toHaveLength(5);
      expect(dropIn.samples).toHaveLength(5);
    }
    const page = readFileSync(file('page.md'), 'utf8');
    expect(page).toMatch(
      /^before\n<!-- tfjs: begin -->\n\n[\s\S]*\| 1,000 [\s\S]*\n\n<!-- tfjs: end -->\nafter\n$/,
    );
    const again = bench('--from', file('run.json'), '--md');
    expect(again.status).toBe(0);
    expect(page).toContain(again.stdout.trim());
  });

  it.each([
    [['--filter', 'no such case'], 'no such case'],
    [['--html', 'page.html'], '--html'],
    [['--contestant', 'wasm'], '--contestant'],
    [['--from', '/nowhere.json'], '/nowhere.json'],
  ])('%j ends with 2 and one line', (args, text) => {
    const { status, stderr } = bench(...args);
    expect(stderr).toContain(text);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it('--help and --list', () => {
    expect(bench('--help').stdout).toContain('--tfjs');
    const { status, stdout } = bench('--list', '--quick');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(8);
  });
});
