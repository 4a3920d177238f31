/**
 * Any backend of TensorFlow.js, by its public interface alone: numbers are read with `dataSync` and published with
 * `assign`. This is how lanestep runs on tfjs-node, untested, since that does not install on current versions of Node. On
 * a GPU's backend every step waits for the GPU and copies both ways.
 */
import { tensor } from '@tensorflow/tfjs-core';
import { newArray } from '../../memory.js';
import { asFloat32, type Store } from './store.js';

/** The store of all other backends. */
export const anyStore: Store = {
  lease(parts) {
    // A new array for each step: a backend may go on using the one that a tensor was made of.
    const sources = parts.map(({ variable }) => asFloat32(variable.dataSync()));
    const targets = sources.map(({ length }) => newArray('float32', length) as Float32Array);
    const gradients = parts.map(({ gradient }) => asFloat32(gradient.dataSync()));
    return {
      sources,
      targets,
      gradients,
      publish() {
        parts.forEach(({ variable }, i) => {
          const value = tensor(targets[i]!, variable.shape, 'float32');
          variable.assign(value);
          value.dispose();
        });
      },
      release() {},
    };
  },
};
