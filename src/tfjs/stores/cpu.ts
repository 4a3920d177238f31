/**
 * TensorFlow.js' backend in plain JavaScript, where a tensor's numbers are a Float32Array that whoever asks gets to see.
 *
 * Many tensors may share one array, and TensorFlow.js never changes one. So a variable gets an array of our own at its
 * first step, and is updated in place from then on, as long as no other tensor (a clone, a reshaped view) shares it.
 * Otherwise the step goes to a new array, and the other tensor keeps the old one with its old numbers.
 */
import { backend, getBackend, Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { asFloat32, type Lease, type Part, type Store } from './store.js';

// Arrays that were made here, and that no one else had when they were.
const own = new WeakSet<Float32Array>();

const guarded = new WeakSet<Variable>();

// What `dataSync` and its like give is the variable's own array. As it is written to, they give a copy instead, as they do
// on every other backend: an array that was read before a step keeps its numbers.
function guard(variable: Variable): void {
  if (guarded.has(variable)) return;
  guarded.add(variable);
  const { dataSync, data, bytes } = Tensor.prototype;
  const copy = () => (dataSync.call(variable) as Float32Array).slice();
  // What is promised is what the numbers are now, not when somebody looks.
  const define = (name: string, value: () => unknown) =>
    Object.defineProperty(variable, name, { value, configurable: true });
  define('dataSync', copy);
  define('data', async () => (getBackend() === 'cpu' ? copy() : data.call(variable)));
  define('bytes', async () =>
    getBackend() === 'cpu' ? new Uint8Array(copy().buffer) : bytes.call(variable),
  );
}

class CpuLease implements Lease {
  readonly sources: Float32Array[] = [];
  readonly targets: Float32Array[] = [];
  readonly gradients: Float32Array[] = [];
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[], inPlace: boolean) {
    this.#parts = parts;
    const data = backend();
    for (const { variable, gradient } of parts) {
      const source = asFloat32(data.readSync(variable.dataId) as Float32Array);
      const ours = inPlace && own.has(source) && data.refCount(variable.dataId) === 1;
      this.sources.push(source);
      this.targets.push(ours ? source : new Float32Array(source.length));
      const slope = asFloat32(data.readSync(gradient.dataId) as Float32Array);
      // A gradient may be a variable's value. One that sits out the step is registered with its array all the same.
      this.gradients.push(own.has(slope) ? slope.slice() : slope);
    }
  }

  publish(): void {
    this.#parts.forEach(({ variable }, i) => {
      const target = this.targets[i]!;
      if (target === this.sources[i]) return;
      own.add(target);
      guard(variable);
      const value = tensor(target, variable.shape, 'float32');
      variable.assign(value);
      value.dispose();
    });
  }

  release(): void {}
}

/** The store of the backend `cpu`. */
export const cpuStore: Store = {
  lasting: true,
  lease: (parts, inPlace) => new CpuLease(parts, inPlace),
};
