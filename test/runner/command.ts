// Runs a job by a command that speaks the runner's format (steps.cc), such as one for another processor under an emulator.
import { spawnSync } from 'node:child_process';
import { maxSlots, maxSums, partsOf, row, sidesOf } from '../../src/backends/backend.js';
import { type Job, noSum, type Outcome, offsetOf } from '../../src/reference/jobs.js';
import type { Grid } from '../../src/shape.js';
import type { FloatArray } from '../../src/types.js';

const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const text = (value: string): Buffer => Buffer.concat([words(value.length), Buffer.from(value)]);
const bytes = (array: FloatArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

// How many numbers a pass leaves of a tensor: of its parts, its rows, and the columns of its bands.
function sumsOf(length: number, grid: Grid | null): number {
  const { rows, columns } = sidesOf([grid]);
  return partsOf(length, grid) * maxSums + rows + columns;
}

export function runByCommand(
  job: Job,
  command: readonly string[],
  threads: number,
  instructionSet = '',
): Outcome[] {
  const { start, dtype, kept, gradients, steps } = job;
  const kernels = steps[0]!.map(({ kernel }) => kernel);
  const rows = steps.flatMap(passes => passes.map(pass => pass.row));
  const width = row.length;
  const table = new Float64Array(rows.length * width);
  rows.forEach((numbers, step) => {
    table.set(numbers, step * width);
  });
  const input = Buffer.concat([
    words(threads, dtype === 'float64' ? 1 : 0, start.length, steps.length, kernels.length),
    text(instructionSet),
    ...kernels.map(text),
    Buffer.from(start[0]?.rows?.extents ?? kept.map(Number)),
    bytes(table),
    ...start.flatMap(({ p, slots, rows: of }, i) => [
      words(p.length, offsetOf(i)),
      of ? words(of.grid.matrices, of.grid.rows, of.grid.columns, of.grid.height) : words(0, 0, 0, 0),
      bytes(p),
      ...slots.flatMap(slot => (slot === null ? [] : [bytes(slot)])),
    ]),
    bytes(Float64Array.of(noSum)),
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
  return start.map(({ p, slots, rows: of }, i) => ({
    p: take(p),
    g: gradients.at(-1)![i]!,
    slots: slots.map(slot => (slot === null ? null : take(slot))),
    sums: take(new Float64Array(rows.length * sumsOf(p.length, of?.grid ?? null))) as Float64Array,
  }));
}
