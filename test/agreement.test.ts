// The promise that all else leans on: parameters and states have the same bits on every backend, instruction set and
// number of threads, at every length and offset, for every number there is, and so has what a kernel adds up. A NaN equals a NaN.
import { describe, expect, it } from 'vitest';
import { blockLength, maxSlots, row } from '../src/backends/backend.js';
import type { Addon } from '../src/backends/native.js';
import { loadAddon } from '../src/node/addon.js';
import { type Extent, jobOf, lettersOf } from '../src/reference/job-of.js';
import { type Job, runOnReference } from '../src/reference/jobs.js';
import { rehearsed } from '../src/reference/rehearse.js';
import { sequences } from '../src/reference/sequences.js';
import { type Variant, variants } from '../src/reference/variants.js';
import { factored } from '../src/slots.js';
import { noStages, type StageNumbers, stageNumbers } from '../src/stages.js';
import type { FloatArray } from '../src/types.js';
import { backends, configurations, nativeMissing } from './backends.js';

/** Throws at the first bit that differs. */
function sameBits(a: FloatArray, b: FloatArray, where: string): void {
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i]))
      throw new Error(`${where}[${i}] of ${a.length} is ${b[i]}, the reference has ${a[i]}`);
  }
}

function compare(job: Job): void {
  const wanted = runOnReference(job);
  for (const { title, run } of configurations) {
    const got = run(job);
    wanted.forEach((tensor, i) => {
      sameBits(tensor.p, got[i]!.p, `${title}: p`);
      sameBits(job.gradients.at(-1)![i]!, got[i]!.g, `${title}: the gradient, which is not to be written,`);
      tensor.slots.forEach((slot, k) => {
        if (slot !== null) sameBits(slot, got[i]!.slots[k]!, `${title}: slot ${k}`);
      });
      sameBits(tensor.sums, got[i]!.sums, `${title}: a sum of ${tensor.p.length} elements,`);
    });
  }
}

// Around the widths of vectors, the eight lanes of sums, the lead-in's threshold, the chunk of scratch, the claim and the tile.
const short = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 127, 128, 129, 255, 256, 257, 271, 300,
];
const long = [1023, 1024, 1025, 2049, 16384, 16385, 32767, 32769];
// Around blocks, and several of them, with which a claim or a tile ends or not.
const blocks = [1, 2, 3, 4, 5].flatMap(n => [-9, -8, -7, -1, 0, 1, 7, 8, 9].map(k => n * blockLength + k));

// Numbers of the stages that change no bit, or only a sign, and every stage with the others and by itself.
const forms: readonly StageNumbers[] = [
  [1, 0, 1],
  [-1, 0, 1],
  [0.3, 0, 1],
  [1, 0, 0.99],
  [1, 0.01, 1],
  [-0.3, 0.01, 0.99],
];

// Which of them the rows of a kernel may ask for: native compiles no others.
const asks = {
  none: ([factor, rate, keep]: StageNumbers) => factor === 1 && rate === 0 && keep === 1,
  'all but decay': ([, rate]: StageNumbers) => rate === 0,
  all: () => true,
};
const stagesOf = (kernel: string) => {
  if (nativeMissing !== null) return 'all';
  const { variants: names, stages } = loadAddon();
  return stages[names.indexOf(kernel)]!;
};

const everyForm = (subject: Parameters<typeof jobOf>[0], dtype: 'float32' | 'float64', extent: Extent) => {
  for (const stages of forms) {
    const job = jobOf(subject, dtype, { ...extent, stages });
    const steps = job.steps.map(step =>
      step.map(walk =>
        asks[stagesOf(walk.kernel)](stages) ? walk : { ...walk, row: [...noStages, ...walk.row.slice(3)] },
      ),
    );
    compare({ ...job, steps });
  }
};

it.skipIf(nativeMissing)(`runs on the native backend${nativeMissing ? `: ${nativeMissing}` : ''}`, () => {
  expect(backends().map(({ name }) => name)).toContain('native');
});

it('covers every kernel of the backends, and every letter of a rule', () => {
  const tried = [...variants, ...sequences].flatMap(subject =>
    jobOf(subject, 'float32', { lengths: [], steps: 1, numbers: 'ordinary' })
      .steps.flat()
      .map(({ kernel }) => kernel),
  );
  for (const { variants: names } of backends()) expect([...new Set(tried)].sort()).toEqual([...names].sort());
  for (const variant of variants) expect(lettersOf(variant)).toHaveLength(maxSlots);
  expect(row.length - row.coefficients).toBeGreaterThanOrEqual(8);
});

/** Whether the options of a rule can lead to coupled weight decay. */
const couples = ({ rule, options }: Variant): boolean =>
  [true, false].some(
    apart =>
      stageNumbers(rule, {
        ...options,
        weightDecay: 0.5,
        decoupledWeightDecay: apart,
        weightDecouple: apart,
        decoupled: apart,
      })[1] !== 0,
  );

// A row that asked native for more would leave its tensor as it is.
it.skipIf(nativeMissing)('has the forms that rows ask for, and no others', () => {
  const { variants: names, stages } = loadAddon();
  // The passes of steps of several that have the decay in the gradient.
  const coupled = new Set(
    variants
      .filter(({ rule, within, byRows }) => rule.passes !== undefined && !rule.closure && (!within || byRows))
      .flatMap(({ rule, options, byRows }) =>
        rehearsed(rule, options, 1, rule.scalars?.(options) ?? {}, 0, byRows ? [factored] : []),
      )
      .flatMap(({ kernel, row: [, rate] }) => (rate === 0 ? [] : [kernel])),
  );
  const wanted = (kernel: string): Addon['stages'][number] => {
    const leading = variants.filter(variant => variant.kernel === kernel);
    if (leading.some(variant => couples(variant) && !variant.within) || coupled.has(kernel)) return 'all';
    return leading.length > 0 && leading.every(({ rule }) => rule.ownOptionsOnly) ? 'none' : 'all but decay';
  };
  // What runs over tensors that have no gradient (`over` of a pass).
  // What is done to whole matrices reads none either.
  const over = [
    'newton-schulz',
    'nesterov.ahead',
    'nesterov.back',
    'origin.back',
    'schedule-free-adamw.eval',
  ].concat(
    ['lift', 'lower', 'pull', 'reset', 'sync'].map(word => `lookahead.${word}`),
    [
      'agc',
      'agc.norms',
      'cautious-decay',
      'centralize',
      'centralize.total',
      'update-clip',
      'update-clip.size',
    ],
    ['orthograd', 'orthograd.products', 'orthograd.scale'],
    ['mechanic.move', 'mechanic.stored.move'],
    ['add', 'at', 'curve', 'dot', 'first', 'pair', 'scale', 'start'].map(word => `lbfgs.${word}`),
  );
  const got = Object.fromEntries(names.map((name, i) => [name, stages[i]]));
  expect(got).toEqual(
    Object.fromEntries(names.map(name => [name, over.includes(name) ? 'none' : wanted(name)])),
  );
});

// Bands of several rows, rows of several blocks, several matrices; and of one row, one column, and none of either.
const shapes = [
  [700, 100],
  [40, 4100],
  [3, 8193],
  [2, 300, 130],
  [1, 20_000],
  [20_000, 1],
  [5, 1, 1],
  [0, 4],
  [4, 0],
  [3, 0, 2],
];

describe.each(['float32', 'float64'] as const)('%s: the bits of the reference', dtype => {
  it.each(variants)('$title', variant => {
    compare(jobOf(variant, dtype, { lengths: short, steps: 40, numbers: 'ordinary' }));
    compare(jobOf(variant, dtype, { lengths: short, steps: 5, numbers: 'every kind' }));
    compare(jobOf(variant, dtype, { lengths: long, steps: 2, numbers: 'every kind' }));
  });

  const overRows = [
    ...variants.filter(({ byRows }) => byRows),
    ...sequences.filter(({ extents }) => extents),
  ];
  it.each(overRows)('$title, of large matrices', subject => {
    compare(jobOf(subject, dtype, { lengths: [], shapes, steps: 2, numbers: 'ordinary' }));
    compare(jobOf(subject, dtype, { lengths: [], shapes, steps: 1, numbers: 'every kind' }));
  });

  const firsts = variants.filter((variant, i) => variants.findIndex(v => v.kernel === variant.kernel) === i);
  it.each(firsts)('$kernel, with every number of the stages', variant => {
    everyForm(variant, dtype, { lengths: short, steps: 1, numbers: 'every kind' });
  });

  it.each(sequences)('$title, passes with sums', sequence => {
    compare(jobOf(sequence, dtype, { lengths: short, steps: 20, numbers: 'ordinary' }));
    everyForm(sequence, dtype, { lengths: short, steps: 2, numbers: 'every kind' });
    compare(jobOf(sequence, dtype, { lengths: blocks, steps: 1, numbers: 'ordinary' }));
    compare(jobOf(sequence, dtype, { lengths: [...blocks, ...long], steps: 1, numbers: 'every kind' }));
  });
});
