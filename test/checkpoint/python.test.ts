// Training that goes to PyTorch and comes back: examples/checkpoint/lanestep_torch.py, where there is a Python that has torch.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Adadelta, Adagrad, Adam, Adamax, AdamW, NAdam, RAdam, RMSprop, SGD } from '../../src/index.js';
import { stepOptions } from '../../src/step-options.js';
import type { Loose } from '../every-optimizer.js';

const examples = fileURLToPath(new URL('../../examples/checkpoint', import.meta.url));
const python = process.env.LANESTEP_PYTHON ?? 'python3';
const found = spawnSync(python, ['-c', 'import numpy, torch; print(torch.__version__)'], {
  encoding: 'utf8',
});
const version = found.status === 0 ? found.stdout.trim() : null;
const why = version === null ? ` (skipped: ${python} has no torch and numpy)` : '';

const kinds = { Adadelta, Adagrad, Adam, Adamax, AdamW, NAdam, RAdam, RMSprop, SGD };
type Options = Record<string, unknown>;

/** What is trained: a class, its options, and what PyTorch calls those that are called otherwise. */
const all: Record<string, readonly [keyof typeof kinds, Options, Options?]> = {
  adam: ['Adam', {}],
  'adam amsgrad': ['Adam', { amsgrad: true, betas: [0.8, 0.9] }],
  'adam maximize': ['Adam', { maximize: true }],
  adamw: ['AdamW', {}],
  'adamw amsgrad': ['AdamW', { amsgrad: true }],
  sgd: ['SGD', {}],
  'sgd momentum': ['SGD', { momentum: 0.9, dampening: 0.25 }],
  'sgd nesterov': ['SGD', { momentum: 0.9, nesterov: true }],
  rmsprop: ['RMSprop', {}],
  'rmsprop centered': ['RMSprop', { centered: true, momentum: 0.5, eps: 0.01 }],
  adagrad: [
    'Adagrad',
    { lrDecay: 0.1, initialAccumulatorValue: 0.5 },
    { lr_decay: 0.1, initial_accumulator_value: 0.5 },
  ],
  nadam: ['NAdam', { momentumDecay: 0.01 }, { momentum_decay: 0.01 }],
  radam: ['RAdam', {}],
  adadelta: ['Adadelta', {}],
  adamax: ['Adamax', {}],
};
// Up to 1.13 NAdam multiplied the momentum of a step in twice.
const old = version !== null && Number.parseInt(version, 10) < 2;
const cases = Object.entries(all).filter(([name]) => !(name === 'nadam' && old));
const leftOut = old ? ', without nadam, which is another before 2.0' : '';

const [before, after] = [7, 6];
const lengths = { '0.weight': 12, '0.bias': 3 } as const;
type Name = keyof typeof lengths;
const names = Object.keys(lengths) as Name[];

/** Numbers that JSON and float32 hold exactly. */
const wave = (seed: number, length: number) =>
  Array.from({ length }, (_, i) => Math.round(64 * Math.sin(seed + i * 1.7)) / 64);
const start = Object.fromEntries(names.map((name, i) => [name, wave(i, lengths[name]).map(x => x + 3)]));
const grads = Array.from({ length: before + after }, (_, t) =>
  Object.fromEntries(names.map((name, i) => [name, wave(10 + t * 1.3 + i, lengths[name])])),
);

/** An optimizer in two groups: the weights decay, and the others have a learning rate of their own. */
function made(kind: keyof typeof kinds, options: Options) {
  const arrays = Object.fromEntries(names.map(name => [name, Float32Array.from(start[name]!)]));
  const groups = [
    { params: { '0.weight': arrays['0.weight']! }, weightDecay: 0.0625, shapes: { '0.weight': [3, 4] } },
    { params: { '0.bias': arrays['0.bias']! }, lr: 0.03125 },
  ];
  const optimizer = new (kinds[kind] as unknown as new (params: unknown, options: object) => Loose)(groups, {
    lr: 0.015625,
    ...options,
  });
  const train = (first: number, last: number) => {
    for (const step of grads.slice(first, last))
      optimizer.step(names.map(name => ({ [name]: Float32Array.from(step[name]!) })));
  };
  return { optimizer, arrays, train };
}

type Made = ReturnType<typeof made>;

/** Parameters and slots, by name. */
const arraysOf = ({ optimizer, arrays }: Made): [string, Float32Array][] => [
  ...Object.entries(arrays),
  ...Object.entries(optimizer.stateDict().state).flatMap(([name, state]) =>
    Object.entries(state).flatMap(([slot, value]): [string, Float32Array][] =>
      typeof value === 'number' ? [] : [[`${name}.${slot}`, value as Float32Array]],
    ),
  ),
];

// PyTorch computes the same in another order, with bias corrections apart, and, of one more rounding a step, 13 steps make
// at most some ulps of 1.2e-7. Elements are held to the largest of their array: what is left of a difference can be all error.
const tolerance = 2e-6;

function expectClose(got: Made, wanted: Made): void {
  const [a, b] = [arraysOf(got), arraysOf(wanted)];
  expect(a.map(([name]) => name)).toEqual(b.map(([name]) => name));
  a.forEach(([name, values], i) => {
    const others = b[i]![1];
    const largest = others.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const off = values.reduce((most, x, k) => Math.max(most, Math.abs(x - others[k]!)), 0);
    expect(off / largest, name).toBeLessThanOrEqual(tolerance);
  });
}

it('the loader knows, without torch, which options of ours change nothing', () => {
  const text = readFileSync(join(examples, 'lanestep_torch.py'), 'utf8');
  const neutral = JSON.parse(/^NEUTRAL = (.+)$/m.exec(text)![1]!);
  for (const [name, { default: value }] of Object.entries(stepOptions)) {
    const key = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    expect([value || null, value], key).toContain(neutral[key] ?? null);
  }
});

describe.skipIf(version === null)(`with torch ${version ?? ''}${leftOut}${why}`, () => {
  let folder: string;
  const file = (name: string, what: string) => join(folder, `${name}-${what}`);
  const loaded = async (name: string, what: string): Promise<Made> => {
    const [kind, options] = all[name]!;
    const one = made(kind, options);
    for (const array of Object.values(one.arrays)) array.fill(-1);
    one.optimizer.set({ lr: 0.5, weightDecay: 0.5 } as object);
    await one.optimizer.load(file(name, what), { params: true });
    return one;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-python-'));
    const jobs: Record<string, unknown> = {};
    for (const [name, [kind, options, theirs]] of cases) {
      const { optimizer, train } = made(kind, options);
      train(0, before);
      await optimizer.save(file(name, 'lanestep'));
      jobs[name] = {
        optimizer: kind,
        options: { lr: 0.015625, ...(theirs ?? options) },
        groups: [{ weight_decay: 0.0625 }, { lr: 0.03125 }],
        ...{ start, grads, before, after },
      };
    }
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
    const script = fileURLToPath(new URL('python.py', import.meta.url));
    const { status, stderr } = spawnSync(python, [script, folder, join(folder, 'jobs.json')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: examples,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    if (status !== 0) throw new Error(stderr);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(cases)('%s comes back from PyTorch with its bits', async (name, [kind, options]) => {
    const here = made(kind, options);
    here.train(0, before);
    const back = await loaded(name, 'returned');
    expect(arraysOf(back)).toEqual(arraysOf(here));
    expect(back.optimizer.numbers).toEqual(here.optimizer.numbers);
    expect(back.optimizer.steps).toBe(kind === 'SGD' ? back.optimizer.steps : before);
  });

  it.each(cases)('%s goes on there as it goes on here', async (name, [kind, options]) => {
    const here = made(kind, options);
    here.train(0, before + after);
    expectClose(await loaded(name, 'continued'), here);
  });

  it.each(cases)('%s of PyTorch goes on here as it goes on there', async name => {
    const here = await loaded(name, 'torch');
    here.train(before, before + after);
    expectClose(here, await loaded(name, 'end'));
  });
});
