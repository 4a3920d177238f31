// Steps of one kernel over a list of tensors, and the ways to run them: the reference, a backend, or a command that
// speaks the runner's format (test/runner/steps.cc), such as one for another processor under an emulator.
import { spawnSync } from 'node:child_process';
import { type Backend, maxSlots } from '../src/backends/backend.js';
import type { Dtype, FloatArray } from '../src/types.js';
import { type ReferenceTensor, referenceStep } from './reference/update.js';

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

export const arrays = { float32: Float32Array, float64: Float64Array } as const;

/** Where in its buffer the i-th parameter, and its gradient, begin: everywhere on and off a vector's boundary. */
export const offsetOf = (i: number): number => i % 17;
export const gradientOffsetOf = (i: number): number => (offsetOf(i) * 7) % 16;

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

/** Throws where something was written outside of the tensors. */
export function runOnBackend(job: Job, backend: Backend): ReferenceTensor[] {
  const { start, dtype, kept, gradients, rows } = job;
  const params = start.map(({ p }, i) => embedded(p, dtype, offsetOf(i)));
  const grads = start.map(({ g }, i) => embedded(g, dtype, gradientOffsetOf(i)));
  const kernel = backend.prepare(
    params.map(({ view }) => view),
    Uint8Array.from(start.flatMap(() => kept.map(Number))),
  );
  kernel.ruleOf.fill(backend.rules.indexOf(job.kernel));
  start.forEach(({ slots }, i) => {
    slots.forEach((slot, k) => {
      if (slot !== null) kernel.write(i, k, slot);
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
      kernel.read(i, k, copy);
      return copy;
    }),
  }));
  kernel.dispose();
  if (![...params, ...grads].every(({ intact }) => intact())) throw new Error('a write outside of a tensor');
  return outcome;
}

const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const text = (value: string): Buffer => Buffer.concat([words(value.length), Buffer.from(value)]);
const bytes = (array: FloatArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

export function runByCommand(
  job: Job,
  command: readonly string[],
  threads: number,
  instructionSet = '',
): ReferenceTensor[] {
  const { start, dtype, kept, gradients, rows, kernel } = job;
  const width = 3 + 8;
  const table = new Float64Array(rows.length * width);
  rows.forEach((row, step) => {
    table.set(row, step * width);
  });
  const input = Buffer.concat([
    words(threads, dtype === 'float64' ? 1 : 0, start.length, rows.length),
    text(instructionSet),
    text(kernel),
    Buffer.from(kept.map(Number)),
    bytes(table),
    ...start.flatMap(({ p, slots }, i) => [
      words(p.length, offsetOf(i)),
      bytes(p),
      ...slots.flatMap(slot => (slot === null ? [] : [bytes(slot)])),
    ]),
    ...gradients.flatMap(step => step.map(bytes)),
  ]);
  const [program, ...args] = command as [string, ...string[]];
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw error ?? new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  let at = 0;
  const take = (like: FloatArray): FloatArray => {
    const copy = like.slice();
    bytes(copy).set(stdout.subarray(at, at + copy.byteLength));
    at += copy.byteLength;
    return copy;
  };
  if (kept.length !== maxSlots) throw new Error(`Expected ${maxSlots} letters`);
  return start.map(({ p, slots }, i) => ({
    p: take(p),
    g: gradients.at(-1)![i]!,
    slots: slots.map(slot => (slot === null ? null : take(slot))),
  }));
}
