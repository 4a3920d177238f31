/** TensorFlow.js on its backend in WebAssembly. */
import { dirname, sep } from 'node:path';
import type { Module } from './contestant.js';
import { packageOf, preparing, resolve, type Tfjs } from './tfjs.js';

export { ulpsAllowed } from './tfjs.js';

const name = '@tensorflow/tfjs-backend-wasm';

let description = '';

/** What took part: `tfjs 4.22.0 wasm simd x1`. */
export const describe = (): string => description;

export const load: Module['load'] = async () => {
  const tf = packageOf<Tfjs>('@tensorflow/tfjs-core');
  if (typeof tf === 'string') return tf;
  const backend = packageOf<typeof import('@tensorflow/tfjs-backend-wasm')>(name);
  if (typeof backend === 'string') return backend;
  tf.enableProdMode();
  backend.setWasmPaths(dirname(resolve(`${name}/dist/tfjs-backend-wasm-simd.wasm`)) + sep);
  if (!(await tf.setBackend('wasm'))) return 'does not start';
  // It picks its build itself. The threaded one is for browsers: in Node it takes the one with SIMD alone.
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'simd' : 'scalar';
  const threaded = await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
  description = `tfjs ${tf.version_core} wasm ${simd} x${threaded ? backend.getThreadsCount() : 1}`;
  return preparing(tf);
};
