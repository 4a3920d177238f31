// What the self-test puts to the test: every backend, instruction set and number of threads that there is here.
import type { Backend } from '../../backends/backend.js';
import { type Addon, NativeBackend } from '../../backends/native.js';
import { type Job, type Outcome, runOnBackend } from '../../reference/jobs.js';

/** A way to run a job. */
export interface Subject {
  /** `wasm`, `avx512`, `avx512 x2`. */
  readonly title: string;
  readonly run: (job: Job) => Outcome[];
}

function onNative(job: Job, addon: Addon, set: string, threads: number): Outcome[] {
  const backend = new NativeBackend(addon, set);
  // No step is too small for the other thread: it is the sharing that is tested.
  backend.setThreads(threads, 0);
  return runOnBackend(job, backend);
}

/** WebAssembly, and every instruction set of the addon that this processor has, on one thread and on two. */
export function subjectsOf(wasm: Backend | null, addon: Addon | null, leftOut: readonly string[]): Subject[] {
  const sets = (addon?.instructionSets ?? []).filter(
    ({ name, supported }) => supported && !leftOut.includes(name),
  );
  return [
    ...(wasm === null ? [] : [{ title: 'wasm', run: (job: Job) => runOnBackend(job, wasm) }]),
    ...sets.flatMap(({ name }) =>
      [1, 2].map(threads => ({
        title: threads === 1 ? name : `${name} x${threads}`,
        run: (job: Job) => onNative(job, addon!, name, threads),
      })),
    ),
  ];
}
