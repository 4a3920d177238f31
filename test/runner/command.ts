// Runs a job by a command that speaks the runner's format (steps.cc), such as one for another processor under an emulator.
import { spawnSync } from 'node:child_process';
import { maxSlots, row } from '../../src/backends/backend.js';
import { type Job, type Outcome, offsetOf } from '../../src/reference/jobs.js';
import type { FloatArray } from '../../src/types.js';

const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const text = (value: string): Buffer => Buffer.concat([words(value.length), Buffer.from(value)]);
const bytes = (array: FloatArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

export function runByCommand(
  job: Job,
  command: readonly string[],
  threads: number,
  instructionSet = '',
): Outcome[] {
  const { start, dtype, kept, gradients, steps } = job;
  const kernel = steps[0]![0]!.kernel;
  const rows = steps.flatMap(passes => passes.map(pass => pass.row));
  if (steps.some(passes => passes.length !== 1)) throw new Error('one pass a step');
  const width = row.length;
  const table = new Float64Array(rows.length * width);
  rows.forEach((numbers, step) => {
    table.set(numbers, step * width);
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
    sums: new Float64Array(),
  }));
}
