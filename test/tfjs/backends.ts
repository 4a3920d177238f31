/** TensorFlow.js on its two backends, and lanestep's on which our optimizers run there. */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
// For the gradients of all kernels, which it makes known.
import '@tensorflow/tfjs-layers';
import { disposeVariables, enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect } from 'vitest';
import { nativeMissing } from '../backends.js';

// It checks for NaN otherwise, and advertises another package.
enableProdMode();
const file = '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
setWasmPaths(dirname(createRequire(import.meta.url).resolve(file)) + sep);

/** The name of a backend of TensorFlow.js. */
export type TfjsBackend = 'cpu' | 'wasm';

/** Makes it the present one. */
export async function useBackend(name: string): Promise<void> {
  expect(await setBackend(name)).toBe(true);
}

/** Registers tests that run on one backend of TensorFlow.js. */
export function on(name: TfjsBackend, register: (name: TfjsBackend) => void): void {
  describe(`tfjs ${name}`, () => {
    beforeAll(() => useBackend(name));
    // What a test that failed has left would keep its names from the next.
    afterEach(() => disposeVariables());
    register(name);
  });
}

/** Registers tests for each backend of TensorFlow.js. */
export function onEach(register: (name: TfjsBackend) => void): void {
  on('cpu', register);
  on('wasm', register);
}

/** lanestep's backends; one that does not load is skipped, and its title says why. */
const own = (['native', 'wasm'] as const).map(backend => {
  const missing = backend === 'native' ? nativeMissing : null;
  return { backend, missing, title: missing === null ? backend : `${backend}, skipped: ${missing}` };
});

type Own = { readonly backend: 'native' | 'wasm' };

/** Registers tests for each of our backends, on one of TensorFlow.js. */
export function onOwn(tfjs: TfjsBackend, register: (settings: Own) => void): void {
  on(tfjs, () => {
    for (const { backend, missing, title } of own) {
      describe.skipIf(missing !== null)(`lanestep ${title}`, () => register({ backend }));
    }
  });
}

/** Registers tests for each pair of a backend of TensorFlow.js and one of ours. */
export function onEachPair(register: (settings: Own, tfjs: TfjsBackend) => void): void {
  for (const tfjs of ['cpu', 'wasm'] as const) onOwn(tfjs, settings => register(settings, tfjs));
}
