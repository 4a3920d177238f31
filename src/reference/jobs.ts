// Steps of one or several passes over a list of tensors, and two ways to run them: the reference, and a backend.
import { type Backend, maxSums, newtonSchulz, partsOf, sidesOf } from '../backends/backend.js';
import type { Grid } from '../shape.js';
import type { Dtype, FloatArray } from '../types.js';
import { type ReferenceTensor, referenceStep } from './update.js';

/** One walk over all tensors. */
export interface Walk {
  readonly kernel: string;
  /** The stages' numbers and the coefficients. */
  readonly row: readonly number[];
}

/** Steps, and all numbers that they need. */
export interface Job {
  readonly dtype: Dtype;
  /** Which letters of state the tensors have. */
  readonly kept: readonly boolean[];
  /** Where the tensors start from. */
  readonly start: readonly ReferenceTensor[];
  /** By step and tensor. */
  readonly gradients: readonly (readonly FloatArray[])[];
  /** By step: its passes, one after the other. */
  readonly steps: readonly (readonly Walk[])[];
}

/** What became of a tensor. */
export interface Outcome extends ReferenceTensor {
  /** Of all passes of all steps: [parts][maxSums], then of rows and of bands' columns; `noSum` where a kernel left a number as it was. */
  readonly sums: Float64Array;
}

/** What stands where sums are written, before every pass. */
export const noSum = 54321.25;

const gridOf = ({ rows }: ReferenceTensor): Grid | null => rows?.grid ?? null;

/** How many sums a tensor has, by parts, rows and columns. */
function countsOf(tensor: ReferenceTensor): [parts: number, rows: number, columns: number] {
  const { rows, columns } = sidesOf([gridOf(tensor)]);
  return [partsOf(tensor.p.length, gridOf(tensor)) * maxSums, rows, columns];
}

/** The arrays of each element type. */
export const arrays = { float32: Float32Array, float64: Float64Array } as const;

/** Where in its buffer the i-th parameter begins: everywhere on and off a vector's boundary. */
export const offsetOf = (i: number): number => i % 17;
/** Where in its buffer the i-th gradient begins. */
export const gradientOffsetOf = (i: number): number => (offsetOf(i) * 7) % 16;

/** What the tensors hold after the steps, by the reference. */
export function runOnReference({ start, gradients, steps }: Job): Outcome[] {
  const passes = steps.flatMap((step, number) => step.map(walk => ({ ...walk, number })));
  return start.map((tensor, i) => {
    const own = {
      p: tensor.p.slice(),
      g: tensor.g.slice(),
      slots: tensor.slots.map(s => s?.slice() ?? null),
      rows: tensor.rows ?? null,
    };
    const [parts, rows, columns] = countsOf(own);
    const width = parts + rows + columns;
    const sums = new Float64Array(passes.length * width).fill(noSum);
    passes.forEach(({ kernel, row, number }, pass) => {
      own.g.set(gradients[number]![i]!);
      const at = pass * width;
      const sides = {
        rowSums: sums.subarray(at + parts, at + parts + rows),
        columnSums: sums.subarray(at + parts + rows, at + width),
      };
      referenceStep(kernel, row, own, sums.subarray(at, at + parts), sides);
    });
    return { ...own, sums };
  });
}

const canary = 12345.5;

/** A copy of an array at an offset inside a buffer full of canaries. */
function embedded(
  array: FloatArray,
  dtype: Dtype,
  offset: number,
): { view: FloatArray; intact: () => boolean } {
  const around = new arrays[dtype](array.length + 32)
    .fill(canary, 0, offset)
    .fill(canary, offset + array.length);
  const view = around.subarray(offset, offset + array.length);
  view.set(array);
  const outside = [around.subarray(0, offset), around.subarray(offset + array.length)];
  return { view, intact: () => outside.every(part => part.every(x => x === canary)) };
}

/**
 * What the tensors hold after the steps, on a backend.
 *
 * @throws Error where the backend has no such kernel, or something was written outside of the tensors
 */
export function runOnBackend(job: Job, backend: Backend): Outcome[] {
  const { start, dtype, kept, gradients, steps } = job;
  const variantOf = (kernel: string): number => {
    const index = backend.variants.indexOf(kernel);
    if (index < 0) throw new Error(`no kernel ${kernel} in the ${backend.name} backend`);
    return index;
  };
  const params = start.map(({ p }, i) => embedded(p, dtype, offsetOf(i)));
  const grads = start.map(({ g }, i) => embedded(g, dtype, gradientOffsetOf(i)));
  const kernel = backend.prepare(
    params.map(({ view }) => view),
    Uint8Array.from(start.flatMap(({ rows }) => rows?.extents ?? kept.map(Number))),
    start.some(tensor => gridOf(tensor) !== null) ? start.map(gridOf) : [],
    steps.flat().some(walk => walk.kernel === newtonSchulz),
  );
  start.forEach(({ slots }, i) => {
    slots.forEach((slot, k) => {
      if (slot !== null) kernel.write(i, k, slot, 0);
    });
  });
  kernel.bind(grads.map(({ view }) => view));
  const all = () => [kernel.sums, kernel.rowSums, kernel.columnSums] as const;
  const sums: Float64Array[][] = [];
  steps.forEach((passes, step) => {
    grads.forEach(({ view }, i) => {
      view.set(gradients[step]![i]!);
    });
    for (const pass of passes) {
      kernel.variantOf.fill(variantOf(pass.kernel));
      kernel.rows.set(pass.row);
      for (const some of all()) some.fill(noSum);
      kernel.run();
      sums.push(all().map(some => some.slice()));
    }
  });
  const next = [0, 0, 0];
  const outcome = start.map((tensor, i) => {
    const { slots } = tensor;
    const counts = countsOf(tensor);
    const own = new Float64Array(sums.length * counts.reduce((all, count) => all + count));
    let at = 0;
    for (const pass of sums) {
      for (const [k, some] of pass.entries()) {
        own.set(some.subarray(next[k]!, next[k]! + counts[k]!), at);
        at += counts[k]!;
      }
    }
    for (const [k, count] of counts.entries()) next[k]! += count;
    return {
      p: params[i]!.view,
      g: grads[i]!.view,
      slots: slots.map((slot, k) => {
        if (slot === null) return null;
        const copy = slot.slice();
        kernel.read(i, k, copy, 0);
        return copy;
      }),
      sums: own,
    };
  });
  kernel.dispose();
  if (![...params, ...grads].every(({ intact }) => intact())) throw new Error('a write outside of a tensor');
  return outcome;
}
