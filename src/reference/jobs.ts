// Steps of one or several passes over a list of tensors, and two ways to run them: the reference, and a backend.
import { type Backend, blockLength, maxSums } from '../backends/backend.js';
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
  /** [passes of all steps][blocks][maxSums], `noSum` where a kernel left a number as it was. */
  readonly sums: Float64Array;
}

/** What stands where sums are written, before every pass. */
export const noSum = 54321.25;

const blocksOf = (length: number): number => Math.ceil(length / blockLength);

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
    };
    const width = blocksOf(own.p.length) * maxSums;
    const sums = new Float64Array(passes.length * width).fill(noSum);
    passes.forEach(({ kernel, row, number }, pass) => {
      own.g.set(gradients[number]![i]!);
      referenceStep(kernel, row, own, sums.subarray(pass * width, (pass + 1) * width));
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
  const around = new arrays[dtype](array.length + 32).fill(canary);
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
    Uint8Array.from(start.flatMap(() => kept.map(Number))),
  );
  start.forEach(({ slots }, i) => {
    slots.forEach((slot, k) => {
      if (slot !== null) kernel.write(i, k, slot, 0);
    });
  });
  kernel.bind(grads.map(({ view }) => view));
  const sums: Float64Array[] = [];
  steps.forEach((passes, step) => {
    grads.forEach(({ view }, i) => {
      view.set(gradients[step]![i]!);
    });
    for (const pass of passes) {
      kernel.variantOf.fill(variantOf(pass.kernel));
      kernel.rows.set(pass.row);
      kernel.sums.fill(noSum);
      kernel.run();
      sums.push(kernel.sums.slice());
    }
  });
  let block = 0;
  const outcome = start.map(({ p, slots }, i) => {
    const [from, to] = [block * maxSums, (block + blocksOf(p.length)) * maxSums];
    block += blocksOf(p.length);
    return {
      p: params[i]!.view,
      g: grads[i]!.view,
      slots: slots.map((slot, k) => {
        if (slot === null) return null;
        const copy = slot.slice();
        kernel.read(i, k, copy, 0);
        return copy;
      }),
      sums: Float64Array.from(sums.flatMap(all => [...all.subarray(from, to)])),
    };
  });
  kernel.dispose();
  if (![...params, ...grads].every(({ intact }) => intact())) throw new Error('a write outside of a tensor');
  return outcome;
}
