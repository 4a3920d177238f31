/** TensorFlow.js on one of its two backends that run anywhere. */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';

export const backendNames = ['cpu', 'wasm'] as const;
export type BackendName = (typeof backendNames)[number];

/** Starts a backend: plain JavaScript, or WebAssembly. */
export async function start(name: BackendName): Promise<void> {
  // Without the checks of every operation, and the advice to install something else.
  enableProdMode();
  const binary = createRequire(import.meta.url).resolve(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  );
  setWasmPaths(dirname(binary) + sep);
  if (!(await setBackend(name))) throw new Error(`TensorFlow.js does not start its backend ${name}`);
}
