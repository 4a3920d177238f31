/** What a case is run on: WebAssembly, and native with each instruction set that there is here, all by the public way. */
import type { ThreadedBackend } from '../../src/backend.js';
import type { Backend } from '../../src/backends/backend.js';
import { NativeBackend } from '../../src/backends/native.js';
import { loadAddon } from '../../src/node/addon.js';
import { provideNative } from '../../src/node/native.js';

/** A way to run an optimizer. */
export interface Configuration {
  readonly title: string;
  readonly backend: 'native' | 'wasm';
  /** Makes optimizers of this backend run so from now on. */
  readonly use: (threads: number) => void;
}

/** All of them, and why native is missing where it is. */
export function configurations(): { list: readonly Configuration[]; missing: string | null } {
  const wasm: Configuration = { title: 'wasm', backend: 'wasm', use: () => {} };
  try {
    const addon = loadAddon();
    const sets = addon.instructionSets.filter(({ supported }) => supported);
    let current = new NativeBackend(addon);
    // One that is whichever instruction set is in use: optimizers are made one after another.
    const any: ThreadedBackend = {
      name: 'native',
      get instructionSet() {
        return current.instructionSet;
      },
      get threads() {
        return current.threads;
      },
      variants: current.variants,
      prepare: (...given) => (current as Backend).prepare(...given),
      setThreads: threads => current.setThreads(threads, 0),
    };
    provideNative(() => any);
    const native = sets.map(({ name }): Configuration => {
      const backend = new NativeBackend(addon, name);
      return {
        title: name,
        backend: 'native',
        use: threads => {
          current = backend;
          backend.setThreads(threads, 0);
        },
      };
    });
    return { list: [wasm, ...native], missing: null };
  } catch (error) {
    return { list: [wasm], missing: (error as Error).message };
  }
}
