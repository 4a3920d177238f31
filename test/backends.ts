// What can run a job on this machine, and why native is missing where it is.
import type { Backend } from '../src/backends/backend.js';
import { everyKernel } from '../src/backends/every-kernel.js';
import { NativeBackend } from '../src/backends/native.js';
import { WasmBackend } from '../src/backends/wasm.js';
import { loadAddon } from '../src/node/addon.js';
import { type Job, type Outcome, runOnBackend } from '../src/reference/jobs.js';
import { runByCommand } from './runner/command.js';

/** A way to run a job. */
export interface Configuration {
  readonly title: string;
  readonly run: (job: Job) => Outcome[];
}

/** Why there is no native backend here; null where there is one. */
export const nativeMissing: string | null = (() => {
  try {
    loadAddon();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
})();

/** WASM and, where it loads, native with its best instruction set. */
export function backends(): Backend[] {
  return [new WasmBackend(everyKernel), ...(nativeMissing === null ? [new NativeBackend(loadAddon())] : [])];
}

function onNative(job: Job, instructionSet: string, threads: number): Outcome[] {
  const backend = new NativeBackend(loadAddon(), instructionSet);
  backend.setThreads(threads, 0);
  return runOnBackend(job, backend);
}

const sets = nativeMissing === null ? loadAddon().instructionSets.filter(({ supported }) => supported) : [];
const threads = [1, 2, 3];

const here: readonly Configuration[] = [
  { title: 'wasm', run: job => runOnBackend(job, new WasmBackend(everyKernel)) },
  ...sets.flatMap(({ name }) =>
    threads.map(n => ({ title: `native ${name} x${n}`, run: (job: Job) => onNative(job, name, n) })),
  ),
];

/**
 * WASM, and native with every instruction set of this processor on one, two and three threads at any size; or, where
 * LANESTEP_RUNNER names a command, that and nothing else (scripts/neon.sh).
 */
export const configurations: readonly Configuration[] = process.env.LANESTEP_RUNNER
  ? threads.map(n => ({
      title: `${process.env.LANESTEP_RUNNER} x${n}`,
      run: job => runByCommand(job, process.env.LANESTEP_RUNNER!.split(' '), n),
    }))
  : here;
