// Steps of one kernel over a list of tensors, and two ways to run them: the reference, and a backend.
import type { Backend } from '../backends/backend.js';
import type { Dtype, FloatArray } from '../types.js';
import { type ReferenceTensor, referenceStep } from './update.js';

/** Steps of one kernel, and all numbers that they need. */
export interface Job {
  readonly kernel: string;
  readonly dtype: Dtype;
  /** Which letters of state the kernel keeps. */
  readonly kept: readonly boolean[];
  /** Where the tensors start from. */
  readonly start: readonly ReferenceTensor[];
  /** By step and tensor. */
  readonly gradients: readonly (readonly FloatArray[])[];
  /** By step: the stages' numbers and the coefficients. */
  readonly rows: readonly (readonly number[])[];
}

/** The arrays of each element type. */
export const arrays = { float32: Float32Array, float64: Float64Array } as const;

/** Where in its buffer the i-th parameter begins: everywhere on and off a vector's boundary. */
export const offsetOf = (i: number): number => i % 17;
/** Where in its buffer the i-th gradient begins. */
export const gradientOffsetOf = (i: number): number => (offsetOf(i) * 7) % 16;

/** What the tensors hold after the steps, by the reference. */
export function runOnReference({ start, kernel, gradients, rows }: Job): ReferenceTensor[] {
  const tensors = start.map(({ p, g, slots }) => ({
    p: p.slice(),
    g: g.slice(),
    slots: slots.map(s => s?.slice() ?? null),
  }));
  rows.forEach((row, step) => {
    tensors.forEach((tensor, i) => {
      tensor.g.set(gradients[step]![i]!);
      referenceStep(kernel, row, tensor);
    });
  });
  return tensors;
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
export function runOnBackend(job: Job, backend: Backend): ReferenceTensor[] {
  const { start, dtype, kept, gradients, rows } = job;
  const ruleIndex = backend.rules.indexOf(job.kernel);
  if (ruleIndex < 0) throw new Error(`no kernel ${job.kernel} in the ${backend.name} backend`);
  const params = start.map(({ p }, i) => embedded(p, dtype, offsetOf(i)));
  const grads = start.map(({ g }, i) => embedded(g, dtype, gradientOffsetOf(i)));
  const kernel = backend.prepare(
    params.map(({ view }) => view),
    Uint8Array.from(start.flatMap(() => kept.map(Number))),
  );
  kernel.ruleOf.fill(ruleIndex);
  start.forEach(({ slots }, i) => {
    slots.forEach((slot, k) => {
      if (slot !== null) kernel.write(i, k, slot, 0);
    });
  });
  kernel.bind(grads.map(({ view }) => view));
  rows.forEach((row, step) => {
    kernel.rows.set(row);
    grads.forEach(({ view }, i) => {
      view.set(gradients[step]![i]!);
    });
    kernel.run();
  });
  const outcome = start.map(({ slots }, i) => ({
    p: params[i]!.view,
    g: grads[i]!.view,
    slots: slots.map((slot, k) => {
      if (slot === null) return null;
      const copy = slot.slice();
      kernel.read(i, k, copy, 0);
      return copy;
    }),
  }));
  kernel.dispose();
  if (![...params, ...grads].every(({ intact }) => intact())) throw new Error('a write outside of a tensor');
  return outcome;
}
