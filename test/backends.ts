// The backends of this machine, and why one is missing.
import type { Backend } from '../src/backends/backend.js';
import { loadAddon, NativeBackend } from '../src/backends/native.js';
import { WasmBackend } from '../src/backends/wasm.js';

/** A backend in one of its configurations. */
export interface Configuration {
  readonly title: string;
  readonly make: () => Backend;
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

function threaded(instructionSet: string, threads: number): Backend {
  const backend = new NativeBackend(loadAddon(), instructionSet);
  backend.setThreads(threads, 0);
  return backend;
}

const sets = nativeMissing === null ? loadAddon().instructionSets.filter(({ supported }) => supported) : [];

/** WASM, and native with every instruction set of this processor on one, two and three threads at any size. */
export const configurations: readonly Configuration[] = [
  { title: 'wasm', make: () => new WasmBackend() },
  ...sets.flatMap(({ name }) =>
    [1, 2, 3].map(threads => ({ title: `native ${name} x${threads}`, make: () => threaded(name, threads) })),
  ),
];
