// Whoever is raced against must take the same steps, or the race means nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Module, Prepare, Ready, Task } from '../../bench/contestants/contestant.js';
import * as loop from '../../bench/contestants/loop.js';
import * as textbook from '../../bench/contestants/textbook.js';
import { packageOf, type Tfjs } from '../../bench/contestants/tfjs.js';
import * as tfjsCpu from '../../bench/contestants/tfjs-cpu.js';
import * as tfjsWasm from '../../bench/contestants/tfjs-wasm.js';
import * as torch from '../../bench/contestants/torch.js';
import { hasNoVectors, others, plainAdam, type Raced } from '../../bench/optimizers.js';
import { Reference, ulps } from '../../bench/reference.js';
import { see } from '../../bench/seen.js';
import { defaultsOf } from '../../src/rule.js';
import { stepOptions } from '../../src/step-options.js';
import { everyOptimizer, everyVariant, step } from '../every-optimizer.js';

const steps = 20;
const dtypes = ['float32', 'float64'] as const;
// Each value of a period, and an end that no number of lanes divides.
const lengths = [1, 5, 7, 64, 101];

interface Entrant {
  readonly title: string;
  readonly rule: Raced['rule'];
  readonly task: Task;
}

const entrant = (name: string, rule: Raced['rule'], optimizer: string, options: object): Entrant[] =>
  dtypes.map(dtype => ({
    title: `${name}, ${dtype}`,
    rule,
    task: {
      optimizer,
      rule: rule.name,
      closure: rule.closure === true,
      byLoss: rule.byLoss === true,
      byHessian: rule.byHessian !== undefined,
      decoupled: rule.weightDecay?.({ ...defaultsOf(rule), ...options }).decoupled ?? false,
      options: { ...defaultsOf(rule), ...options },
      dtype,
      lengths,
      gradients: 'same',
      passes: [],
    },
  }));

/** What is raced. */
const raced = [plainAdam, ...others].flatMap(one => entrant(one.name, one.rule, one.optimizer, one.options));
/** Every form and stage that there is. */
const every = everyVariant
  .filter(({ entry, rule }) => !entry.tfjs && !hasNoVectors(rule))
  .flatMap(({ title, rule, entry, options }) => entrant(title, rule, entry.name, options));

it('races every class, by its name, and what is there for src/tfjs/ alone not', () => {
  // The likeness of those to TensorFlow.js is held bit for bit in test/rules.
  const names = [...new Set(raced.map(({ task }) => task.optimizer))];
  // The noise of one does not repeat, as must whatever is held to the bits of a few elements.
  const once = everyOptimizer.filter(
    ({ tfjs, rule }) => !tfjs && !hasNoVectors(rule) && rule.name !== 'noisy-sgd',
  );
  expect(everyOptimizer.filter(({ rule }) => hasNoVectors(rule)).map(({ name }) => name)).toEqual([
    'Shampoo',
  ]);
  expect(names.sort()).toEqual(once.map(({ name }) => name).sort());
  // Every kernel that options lead to, once.
  const forms = [plainAdam, ...others].map(({ name }) => name);
  expect(forms.filter(name => /^(SGD|RMSprop|Adam|AdamW)\b/.test(name)).sort()).toEqual([
    'Adam',
    'Adam amsgrad',
    'AdamW',
    'RMSprop',
    'RMSprop centered',
    'RMSprop centered momentum',
    'RMSprop momentum',
    'SGD',
    'SGD momentum',
    'SGD nesterov',
  ]);
});

/** How far parameters are from the same steps in float64, in ulps; infinitely, where equal elements came out unequal. */
function errorOf({ rule, task }: Entrant, arrays: readonly (Float32Array | Float64Array)[]): number {
  const exact = new Reference({ rule } as Raced, task, true);
  for (let i = 0; i < steps; i++) exact.step();
  const { values, uniform } = see(arrays);
  expect(values).toHaveLength(5);
  const errors = values.map((x, i) => ulps(x, exact.p[i]!, task.dtype));
  return uniform ? Math.max(...errors) : Infinity;
}

/** The error of someone after the steps, or why it does not take them. */
function raceAlone(prepare: Prepare, one: Entrant): number | string {
  const ready = prepare(one.task);
  if (typeof ready === 'string') return ready;
  for (let i = 0; i < steps; i++) ready.run();
  const error = errorOf(one, ready.parameters()!);
  ready.dispose();
  return error;
}

const loaded = async (module: Module): Promise<Prepare> => {
  const prepare = await module.load(1);
  if (typeof prepare === 'string') throw new Error(prepare);
  return prepare;
};

describe.each([
  ['loop', loop],
  ['textbook', textbook],
])('the %s', (folder, module) => {
  const has = ({ task }: Entrant) => module.formOf(task) !== null;
  const files = readdirSync(new URL(`../../bench/contestants/${folder}/`, import.meta.url));

  it.each([...raced, ...every].filter(has))('takes the steps of $title', async one => {
    const error = raceAlone(await loaded(module), one);
    expect(error).toBeTypeOf('number');
    expect(error).toBeLessThanOrEqual(module.ulpsAllowed(one.task));
  });

  it.each(every.filter(one => has(one) && one.task.dtype === 'float64'))(
    'follows gradients that change and turn: $title',
    ({ rule, task }) => {
      const [mine, theirs] = [0, 1].map(() => [
        Float64Array.from({ length: 37 }, (_, i) => 1 + Math.sin(i)),
        Float64Array.of(2),
      ]) as [Float64Array[], Float64Array[]];
      const entry = everyOptimizer.find(one => one.rule === rule)!;
      const optimizer = entry.make(theirs, { ...task.options, backend: 'wasm' });
      const form = module.formOf(task)!(task, mine);
      for (let t = 1; t <= 40; t++) {
        // Large at first, so that what keeps a maximum has something to keep.
        const grads = mine.map(p => p.map((_, i) => (Math.sin(3 * i + t * t) + 0.1) / t));
        form(grads, t);
        step(optimizer, grads);
      }
      mine.forEach((p, k) => {
        p.forEach((x, i) => {
          expect(Math.abs(x - theirs[k]![i]!)).toBeLessThan(1e-11);
        });
      });
      optimizer.dispose();
    },
  );

  it('knows those that it has files for, and no other', async () => {
    const prepare = await loaded(module);
    const rules = new Set(every.filter(has).map(({ task }) => `${task.rule}.ts`));
    expect([...rules].sort()).toEqual(files.sort());
    const unknown = { ...every[0]!.task, optimizer: 'Unknown', rule: 'unknown' };
    for (const task of [unknown, ...every.filter(one => !has(one)).map(one => one.task)])
      expect(prepare(task)).toBe(`has no ${task.optimizer}`);
  });

  it('moves, and is asked for nothing that it does not know', async () => {
    const prepare = await loaded(module);
    const { task } = raced[0]!;
    const ready = prepare(task) as Ready;
    const before = ready.parameters()!.map(array => array.slice());
    ready.run();
    ready.parameters()!.forEach((array, k) => {
      array.forEach((x, i) => {
        expect(x).not.toBe(before[k]![i]);
      });
    });
    const { lr: _lr, ...rest } = task.options;
    expect(() => prepare({ ...task, options: rest })).toThrow('Expected a number for lr of Adam');
  });

  it('gets new gradient arrays with the same numbers', async () => {
    const prepare = await loaded(module);
    for (const { task } of raced) {
      const [same, anew] = (['same', 'new'] as const).map(gradients => {
        const ready = prepare({ ...task, gradients });
        // It has none of this optimizer.
        if (typeof ready === 'string') return ready;
        for (let i = 0; i < 70; i++) (ready as Ready).run();
        return (ready as Ready).parameters();
      });
      expect(anew).toEqual(same);
    }
  });
});

describe.each([
  ['cpu', tfjsCpu, /^tfjs \d+\.\d+\.\d+ cpu$/],
  ['wasm', tfjsWasm, /^tfjs \d+\.\d+\.\d+ wasm (simd|scalar) x\d+$/],
] as const)('TensorFlow.js on %s', (name, module, description) => {
  const warn = vi.spyOn(console, 'warn');
  let prepare: Prepare;
  let tf: Tfjs;

  beforeAll(async () => {
    prepare = await loaded(module);
    tf = packageOf<Tfjs>('@tensorflow/tfjs-core') as Tfjs;
  });

  // What it says to each, and the formulas that are another's.
  const lacks: Record<string, string> = {
    'RMSprop centered': 'has no centered RMSprop that gives numbers',
    'RMSprop centered momentum': 'has no centered RMSprop that gives numbers',
    'Adam amsgrad': 'has no AMSGrad',
  };
  const made = ['SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'Adam', 'Adamax'];
  const differing = ['RMSprop', 'RMSprop momentum', 'Adagrad', 'Adadelta'];

  it.each(raced)('takes the steps of $title, or says why not', one => {
    const [form, dtype] = one.title.split(', ') as [string, string];
    const error = raceAlone(prepare, one);
    if (dtype === 'float64') return expect(error).toBe('has no float64');
    const { optimizer } = one.task;
    if (!made.includes(optimizer)) return expect(error).toBe(`has no ${optimizer}`);
    if (form in lacks) return expect(error).toBe(lacks[form]);
    expect(tf.getBackend()).toBe(name);
    expect(error).toBeTypeOf('number');
    const allowed = module.ulpsAllowed(one.task);
    // Where the formula is another, the numbers are: a tolerance that let them pass would let anything pass.
    if (differing.includes(form)) {
      expect(allowed).toBeNull();
      expect(error).toBeGreaterThan(500);
    } else {
      expect(allowed).not.toBeNull();
      expect(error).toBeLessThanOrEqual(allowed!);
    }
  });

  it.each([
    ['Adam', { weightDecay: 0.1 }, 'has no weight decay'],
    ['Adam', { weightDecay: 0.1, decoupledWeightDecay: true }, 'has no decoupled weight decay'],
    ['Adam', { maximize: true }, 'has no maximize'],
    ['Adam', { gradientScale: 0.5 }, 'has no gradient scale'],
    ['SGD', { momentum: 0.9, dampening: 0.5 }, 'has no dampening'],
    ['Adagrad', { lrDecay: 0.1 }, 'has no lrDecay'],
  ])('with %s of %o: %s', (form, options, reason) => {
    const { task } = raced.find(({ title }) => title === `${form}, float32`)!;
    const decoupled = 'decoupledWeightDecay' in options;
    expect(prepare({ ...task, decoupled, options: { ...task.options, ...options } })).toBe(reason);
  });

  it('leaves nothing behind but what TensorFlow.js itself does', () => {
    for (const one of raced) {
      const before = tf.memory().numTensors;
      raceAlone(prepare, { ...one, task: { ...one.task, gradients: 'new' } });
      // Its momentum never frees a scalar of its own.
      const leaks = /^SGD \w+, float32$/.test(one.title) ? 1 : 0;
      expect(tf.memory().numTensors - before, one.title).toBe(leaks);
    }
  });

  it('says what it is, and prints nothing', () => {
    expect(module.describe()).toMatch(description);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('TensorFlow.js', () => {
  it('is missed by name where it is not installed', () => {
    expect(packageOf('@tensorflow/tfjs-nowhere')).toBe('is not installed: @tensorflow/tfjs-nowhere');
  });
});

it('PyTorch is asked for no option of ours that changes nothing, and for each that does', () => {
  for (const { task } of raced)
    expect(Object.keys(torch.askedOf(task)).filter(name => name in stepOptions)).toEqual([]);
  const { task } = raced[0]!;
  const asked = { maximize: true, agc: 0.01, cautious: true };
  expect(torch.askedOf({ ...task, options: { ...task.options, ...asked } })).toMatchObject(asked);
});

const found = await torch.load(1);
const why = typeof found === 'string' ? ` (skipped: ${found})` : '';

describe.skipIf(why !== '')(`PyTorch${why}`, () => {
  const present = found as torch.TorchProcess;
  afterAll(() => present.quit());

  const made = [
    'Adadelta',
    'Adagrad',
    'Adam',
    'AdamW',
    'Adamax',
    'ASGD',
    'NAdam',
    'RAdam',
    'RMSprop',
    'Rprop',
    'SGD',
  ];
  it.each(raced)('takes the steps of $title, or says why not', async one => {
    const reason = await present.prepare(one.task);
    const { optimizer } = one.task;
    if (!made.includes(optimizer)) return expect(reason).toBe(`has no ${optimizer}`);
    expect(reason).toBeNull();
    expect(present.describe()).toMatch(/^torch \d+\.\d+\S* (fused|foreach|for-loop)$/);
    await present.checkSteps(steps);
    const arrays = await present.parameters(1000);
    expect(arrays.map(({ length }) => length)).toEqual(lengths);
    expect(arrays[0]).toBeInstanceOf(one.task.dtype === 'float32' ? Float32Array : Float64Array);
    const allowed = torch.ulpsAllowed(one.task);
    if (allowed === null) expect(present.describe()).toMatch(/^torch 1\./);
    else expect(errorOf(one, arrays)).toBeLessThanOrEqual(allowed);
    await present.dispose();
  });

  it('counts the seconds of a step where it takes it', async () => {
    const { task } = raced[0]!;
    expect(await present.prepare({ ...task, lengths: [1000] })).toBeNull();
    const begun = performance.now();
    const { seconds, steps } = await present.turn(0.1);
    const took = (performance.now() - begun) / 1e3;
    expect(took).toBeGreaterThan(0.09);
    expect(steps).toBeGreaterThan(1);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds * steps).toBeLessThan(4 * took);
    await present.dispose();
  });

  it('lacks what its version does not know, and goes on', async () => {
    const { task } = raced[0]!;
    const asked = { ...task, options: { ...task.options, gradientScale: 0.5 } };
    expect(await present.prepare(asked)).toBe('has no gradient_scale for Adam');
    await expect(present.prepare({ ...task, options: { ...task.options, lr: -1 } })).rejects.toThrow(
      /PyTorch: ValueError/,
    );
    expect(await present.prepare(task)).toBeNull();
  });

  it('adopts decoupled decay of Adam as AdamW', async () => {
    const options = { weightDecay: 0.1, decoupledWeightDecay: true };
    for (const one of entrant('Adam decoupled', plainAdam.rule, 'Adam', options)) {
      expect(await present.prepare(one.task)).toBeNull();
      await present.checkSteps(steps);
      expect(errorOf(one, await present.parameters(1000))).toBeLessThanOrEqual(torch.ulpsAllowed(one.task)!);
    }
  });

  it('ends with its parent, even one that is killed', async () => {
    const parent: ChildProcess = spawn(
      process.execPath,
      [
        '--eval',
        `const { spawn } = require('node:child_process');
        const child = spawn(process.argv[1], [process.argv[2], '1'], { stdio: ['pipe', 'pipe', 'ignore'] });
        child.stdout.once('data', () => console.log(child.pid));`,
        present.interpreter,
        fileURLToPath(new URL('../../bench/contestants/torch.py', import.meta.url)),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [pid] = (await once(parent.stdout!, 'data')).map(Number) as [number];
    const alive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    expect(alive()).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(alive()).toBe(false), 10_000);
  });
});

describe('a PyTorch that is not there', () => {
  it('says where it was looked for', async () => {
    // Node is no Python, and takes the first option for a wrong one.
    const reason = await torch.load(1, ['no-such-python', process.execPath]);
    expect(reason).toBe(
      `is not here: looked for a Python with torch in no-such-python (not there), ${process.execPath} (ended with 9)`,
    );
  });
});
