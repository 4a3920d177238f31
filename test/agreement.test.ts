// The promise that all else leans on: parameters and states have the same bits on every backend, instruction set and
// number of threads, at every length and offset, for every number there is. A NaN equals a NaN.
import { describe, expect, it } from 'vitest';
import { maxSlots, row } from '../src/backends/backend.js';
import { stageNumbers } from '../src/stages.js';
import type { Dtype, FloatArray } from '../src/types.js';
import { backends, configurations, nativeMissing } from './backends.js';
import { arrays, type Job, runOnReference } from './jobs.js';
import { type Variant, variants } from './variants.js';

/** A small generator of its own, so that the data do not change with the package's. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ordinary numbers of many magnitudes and, on demand, every kind that is not ordinary. */
function numbers(dtype: Dtype, length: number, seed: number, specials: boolean): FloatArray {
  const random = generator(seed);
  const least = dtype === 'float32' ? 2 ** -149 : 2 ** -1074;
  const most = dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const special = [
    0,
    -0,
    Infinity,
    -Infinity,
    Number.NaN,
    least,
    -least,
    least * 2 ** 20,
    most,
    -most,
    Math.sqrt(most),
    1e-30,
  ];
  const scales = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];
  const array = new arrays[dtype](length);
  for (let i = 0; i < length; i++) {
    array[i] = (random() - 0.5) * scales[Math.floor(random() * 8)]!;
    if (specials && random() < 0.2) array[i] = special[Math.floor(random() * special.length)]!;
  }
  return array;
}

/** The slots that the variant's kernel keeps. */
const kept = ({ rule, kernel }: Variant): boolean[] =>
  rule.slots(kernel.split('.').slice(1)).map(slot => slot !== null);

/** The rows of so many steps, as an optimizer would write them. */
function rowsOf({ rule, options }: Variant, steps: number): number[][] {
  let scalars = rule.scalars?.(options) ?? {};
  return Array.from({ length: steps }, (_, i) => {
    const values = [...stageNumbers(rule, options), ...rule.coefficients(options, i + 1, scalars)];
    scalars = rule.advance?.(options, i + 1, scalars) ?? scalars;
    return values;
  });
}

function jobOf(
  variant: Variant,
  dtype: Dtype,
  lengths: readonly number[],
  steps: number,
  specials: boolean,
): Job {
  const letters = kept(variant);
  return {
    kernel: variant.kernel,
    dtype,
    kept: letters,
    rows: rowsOf(variant, steps),
    start: lengths.map((length, i) => ({
      p: numbers(dtype, length, i + 1, specials),
      g: new arrays[dtype](length),
      slots: letters.map((has, k) =>
        has ? numbers(dtype, length, 2000 + 10 * i + k, specials).map(Math.abs) : null,
      ),
    })),
    gradients: Array.from({ length: steps }, (_, step) =>
      lengths.map((length, i) => numbers(dtype, length, 10_000 * (step + 1) + i, specials)),
    ),
  };
}

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
    });
  }
}

// Around the widths of vectors, the lead-in's threshold, the chunk of scratch, the claim and the tile.
const short = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 127, 128, 129, 255, 256, 257, 271, 300,
];
const long = [1023, 1024, 1025, 2049, 16384, 16385, 32767, 32769];

it.skipIf(nativeMissing)(`runs on the native backend${nativeMissing ? `: ${nativeMissing}` : ''}`, () => {
  expect(backends().map(({ name }) => name)).toContain('native');
});

it('covers every kernel of the backends, and every letter of a rule', () => {
  for (const { rules } of backends()) {
    expect([...new Set(variants.map(({ kernel }) => kernel))].sort()).toEqual([...rules].sort());
  }
  for (const variant of variants) expect(kept(variant)).toHaveLength(maxSlots);
  expect(row.length - row.coefficients).toBeGreaterThanOrEqual(8);
});

describe.each(['float32', 'float64'] as const)('%s: the bits of the reference', dtype => {
  it.each(variants)('$title', variant => {
    compare(jobOf(variant, dtype, short, 40, false));
    compare(jobOf(variant, dtype, short, 5, true));
    compare(jobOf(variant, dtype, long, 2, true));
  });
});
