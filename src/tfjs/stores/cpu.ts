/**
 * TensorFlow.js' backend in plain JavaScript, where a tensor's numbers are a Float32Array that whoever asks gets to see.
 *
 * Many tensors may share one array, and TensorFlow.js never changes one. So a variable gets an array of our own at its
 * first step, and is updated in place from then on, as long as no other tensor shares it (a clone, a slice) and
 * nobody was given it (by `dataSync`). Otherwise the step goes to a new array, and the old one keeps its old numbers.
 */
import { backend, engine, type KernelBackend, tensor } from '@tensorflow/tfjs-core';
import { newArray } from '../../memory.js';
import { asFloat32, type Lease, type Part, type Store } from './store.js';

// The buffers of arrays that were made here, and that nobody was given since. Each is one array's.
const own = new WeakSet<ArrayBufferLike>();

const arrayOf = (from: KernelBackend, dataId: object): Float32Array =>
  asFloat32(from.readSync(dataId) as Float32Array);

const watched = new WeakSet<object>();

// Where an array goes out: `dataSync()`, `data()` and all else that hands one out come by the engine's two methods, and kernels,
// which read otherwise, by the backend's `write`, also with a view of what they read: a slice, a part of `split`, `complex`.
// Whoever got one may keep it.
function watch(here: KernelBackend): void {
  if (watched.has(here)) return;
  watched.add(here);
  const tracker = engine();
  const { read, readSync } = tracker;
  const give = (dataId: object): void => {
    const info = tracker.state.tensorInfo.get(dataId);
    if (info?.backend === here && info.dtype === 'float32') own.delete(arrayOf(here, dataId).buffer);
  };
  tracker.read = dataId => {
    give(dataId);
    return read.call(tracker, dataId);
  };
  tracker.readSync = dataId => {
    give(dataId);
    return readSync.call(tracker, dataId);
  };
  const { write } = here;
  here.write = (values, shape, dtype) => {
    if (ArrayBuffer.isView(values)) own.delete(values.buffer);
    return write.call(here, values, shape, dtype);
  };
}

class CpuLease implements Lease {
  readonly sources: Float32Array[] = [];
  readonly targets: Float32Array[] = [];
  readonly gradients: Float32Array[] = [];
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[], inPlace: boolean) {
    this.#parts = parts;
    const data = backend();
    watch(data);
    const written = new Set<Float32Array>();
    for (const { variable, gradient } of parts) {
      const { dataId } = variable;
      const source = arrayOf(data, dataId);
      const stays = inPlace && own.has(source.buffer) && data.refCount(dataId) === 1;
      if (stays) written.add(source);
      this.sources.push(source);
      this.targets.push(stays ? source : (newArray('float32', source.length) as Float32Array));
      this.gradients.push(arrayOf(data, gradient.dataId));
    }
    // A variable may be a gradient, and be written to before it was read.
    this.gradients.forEach((gradient, i) => {
      if (written.has(gradient)) this.gradients[i] = gradient.slice();
    });
  }

  publish(): void {
    this.#parts.forEach(({ variable }, i) => {
      const target = this.targets[i]!;
      if (target === this.sources[i]) return;
      const value = tensor(target, variable.shape, 'float32');
      variable.assign(value);
      value.dispose();
      own.add(target.buffer);
    });
  }

  release(): void {}
}

/** The store of the backend `cpu`. */
export const cpuStore: Store = { lease: (parts, inPlace) => new CpuLease(parts, inPlace) };
