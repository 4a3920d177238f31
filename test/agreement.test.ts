// The promise that all else leans on: parameters and states have the same bits on every backend, instruction set and
// number of threads, at every length and offset, for every number there is. A NaN equals a NaN.
import { describe, expect, it } from 'vitest';
import { type Kernel, maxSlots, row } from '../src/backends/backend.js';
import { stageNumbers } from '../src/stages.js';
import type { Dtype, FloatArray } from '../src/types.js';
import { configurations, nativeMissing } from './backends.js';
import { type ReferenceTensor, referenceStep } from './reference/update.js';
import { type Variant, variants } from './variants.js';

const arrays = { float32: Float32Array, float64: Float64Array } as const;

/** A small generator of its own, so that the data do not change with the package's. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ordinary numbers, and every kind that is not. */
function numbers(dtype: Dtype, length: number, seed: number, specials: boolean): FloatArray {
  const random = generator(seed);
  const least = dtype === 'float32' ? 2 ** -149 : 2 ** -1074;
  const most = dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const special = [0, -0, Infinity, -Infinity, Number.NaN, least, -least, least * 2 ** 20, most, -most, Math.sqrt(most), 1e-30];
  return new arrays[dtype](length).map(() => {
    const x = (random() - 0.5) * 10 ** Math.floor(random() * 8 - 5);
    return specials && random() < 0.2 ? special[Math.floor(random() * special.length)]! : x;
  });
}

/** The first index at which two arrays differ in a bit, or -1. */
function difference(a: FloatArray, b: FloatArray): number {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

interface Case {
  readonly variant: Variant;
  readonly dtype: Dtype;
  readonly lengths: readonly number[];
  readonly steps: number;
  readonly specials: boolean;
}

/** The slots that the variant's kernel keeps. */
function kept({ rule, kernel }: Variant): boolean[] {
  return rule.slots(kernel.split('.').slice(1)).map(slot => slot !== null);
}

function tensorsOf({ variant, dtype, lengths, specials }: Case): ReferenceTensor[] {
  return lengths.map((length, i) => ({
    p: numbers(dtype, length, i + 1, specials),
    g: numbers(dtype, length, 1000 + i, specials),
    slots: kept(variant).map((has, k) => (has ? numbers(dtype, length, 2000 + 10 * i + k, specials).map(Math.abs) : null)),
  }));
}

/** The gradients of every step, by step and tensor; steps are counted from 1. */
function gradientsOf({ dtype, lengths, steps, specials }: Case): FloatArray[][] {
  return Array.from({ length: steps + 1 }, (_, step) =>
    lengths.map((length, i) => numbers(dtype, length, 10_000 * (step + 1) + i, specials)),
  );
}

/** Calls back with the row of every step. */
function eachStep({ variant: { rule, options }, steps }: Case, visit: (step: number, row: readonly number[]) => void): void {
  let scalars = rule.scalars?.(options) ?? {};
  for (let t = 1; t <= steps; t++) {
    visit(t, [...stageNumbers(rule, options), ...rule.coefficients(options, t, scalars)]);
    scalars = rule.advance?.(options, t, scalars) ?? scalars;
  }
}

function expected(c: Case, gradients: FloatArray[][]): ReferenceTensor[] {
  const tensors = tensorsOf(c);
  eachStep(c, (step, values) => {
    tensors.forEach((tensor, i) => {
      tensor.g.set(gradients[step]![i]!);
      referenceStep(c.variant.kernel, values, tensor);
    });
  });
  return tensors;
}

const canary = 12345.5;

/** A copy of an array at an odd offset inside a buffer full of canaries. */
function embedded(array: FloatArray, offset: number): { view: FloatArray; around: FloatArray } {
  const around = new arrays[array instanceof Float32Array ? 'float32' : 'float64'](array.length + 32).fill(canary);
  const view = around.subarray(offset, offset + array.length);
  view.set(array);
  return { view, around };
}

function expectCanaries(around: FloatArray, offset: number, length: number): void {
  const outside = [around.subarray(0, offset), around.subarray(offset + length)];
  expect(outside.every(part => part.every(x => x === canary)), 'a write outside the array').toBe(true);
}

function compare(c: Case): void {
  const gradients = gradientsOf(c);
  const wanted = expected(c, gradients);
  for (const { title, make } of configurations) {
    const backend = make();
    const start = tensorsOf(c);
    const offsets = start.map((_, i) => i % 17);
    const params = start.map(({ p }, i) => embedded(p, offsets[i]!));
    const grads = start.map(({ g }, i) => embedded(g, (offsets[i]! * 7) % 16));
    const letters = kept(c.variant);
    const kernel: Kernel = backend.prepare(
      params.map(({ view }) => view),
      Uint8Array.from(start.flatMap(() => letters.map(Number))),
    );
    kernel.ruleOf.fill(backend.rules.indexOf(c.variant.kernel));
    expect(backend.rules).toContain(c.variant.kernel);
    start.forEach(({ slots }, i) => {
      slots.forEach((slot, k) => {
        if (slot !== null) kernel.write(i, k, slot);
      });
    });
    kernel.bind(grads.map(({ view }) => view));
    eachStep(c, (step, values) => {
      kernel.rows.set(values);
      grads.forEach(({ view }, i) => {
        view.set(gradients[step]![i]!);
      });
      kernel.run();
    });

    wanted.forEach((tensor, i) => {
      const length = c.lengths[i]!;
      const where = `${title}, length ${length}`;
      const found = (name: string, a: FloatArray, b: FloatArray) => {
        const at = difference(a, b);
        expect(at, `${where}: ${name}[${at}] is ${b[at]}, not ${a[at]}`).toBe(-1);
      };
      found('p', tensor.p, params[i]!.view);
      found('g', gradients[c.steps]![i]!, grads[i]!.view);
      expectCanaries(params[i]!.around, offsets[i]!, length);
      expectCanaries(grads[i]!.around, (offsets[i]! * 7) % 16, length);
      tensor.slots.forEach((slot, k) => {
        if (slot === null) return;
        const got = new arrays[c.dtype](length);
        kernel.read(i, k, got);
        found(`slot ${k}`, slot, got);
      });
    });
    kernel.dispose();
  }
}

// Around the widths of vectors, the lead-in's threshold, the chunk of scratch, and the claim; a tile is 32768 floats.
const short = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 127, 128, 129, 255, 256, 257, 271, 300];
const long = [1023, 1024, 1025, 2049, 16384, 16385, 32767, 32769];

describe.skipIf(nativeMissing !== null)('with the native backend', () => {
  it('has one', () => {
    expect(configurations.length).toBeGreaterThan(1);
  });
});
if (nativeMissing !== null) console.warn(`agreement: native is left out: ${nativeMissing}`);

it('covers every kernel of the backends, and every slot that a rule has', () => {
  for (const { make } of configurations.slice(0, 2)) {
    expect([...new Set(variants.map(({ kernel }) => kernel))].sort()).toEqual([...make().rules].sort());
  }
  for (const variant of variants) expect(kept(variant)).toHaveLength(maxSlots);
  expect(row.length - row.coefficients).toBeGreaterThanOrEqual(8);
});

describe.each(['float32', 'float64'] as const)('%s: the bits of the reference', dtype => {
  it.each(variants)('$title', variant => {
    compare({ variant, dtype, lengths: short, steps: 40, specials: false });
    compare({ variant, dtype, lengths: short, steps: 5, specials: true });
    compare({ variant, dtype, lengths: long, steps: 2, specials: true });
  });
});
