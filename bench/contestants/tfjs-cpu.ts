/** TensorFlow.js on its backend in plain JavaScript. */
import type { Module } from './contestant.js';
import { packageOf, preparing, type Tfjs } from './tfjs.js';

export { ulpsAllowed } from './tfjs.js';

let version = '';

/** What took part: `tfjs 4.22.0 cpu`. */
export const describe = (): string => `tfjs ${version} cpu`;

export const load: Module['load'] = async () => {
  const tf = packageOf<Tfjs>('@tensorflow/tfjs-core');
  if (typeof tf === 'string') return tf;
  const backend = packageOf<object>('@tensorflow/tfjs-backend-cpu');
  if (typeof backend === 'string') return backend;
  // Without its checks, as for production; and without the advice to install something else that it prints otherwise.
  tf.enableProdMode();
  if (!(await tf.setBackend('cpu'))) return 'does not start';
  version = tf.version_core;
  return preparing(tf);
};
