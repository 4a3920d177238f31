/**
 * TensorFlow.js' backend in plain JavaScript, where a tensor's numbers are a Float32Array that whoever asks gets to see.
 *
 * Many tensors may share one array, and TensorFlow.js never changes one. So a variable gets an array of our own at its
 * first step, and is updated in place from then on, as long as no other tensor shares it (a clone, a reshaped view) and
 * nobody was given it (by `dataSync`). Otherwise the step goes to a new array, and the old one keeps its old numbers.
 */
import { backend, engine, type KernelBackend, tensor } from '@tensorflow/tfjs-core';
import { asFloat32, type Lease, type Part, type Store } from './store.js';

// The buffers of arrays that were made here, and that nobody was given since. Each is one array's.
const own = new WeakSet<ArrayBufferLike>();

const isOwn = (array: Float32Array): boolean =>
  own.has(array.buffer) && array.byteLength === array.buffer.byteLength;

const arrayOf = (from: KernelBackend, dataId: object): Float32Array =>
  asFloat32(from.readSync(dataId) as Float32Array);

const watched = new WeakSet<object>();

// Kernels read otherwise; these two are where `dataSync()`, `data()` and all else that hands out an array comes by. Whoever
// got one may keep it, or make a tensor of it.
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
    const written = new Set<ArrayBufferLike>();
    for (const { variable, gradient } of parts) {
      const { dataId } = variable;
      const source = arrayOf(data, dataId);
      const alone = inPlace && isOwn(source) && data.refCount(dataId) === 1;
      const stays = alone && !written.has(source.buffer);
      if (stays) written.add(source.buffer);
      this.sources.push(source);
      this.targets.push(stays ? source : new Float32Array(source.length));
      this.gradients.push(arrayOf(data, gradient.dataId));
    }
    // A slice of a variable is a view of its array, which may be written to before it was read.
    parts.forEach((_, i) => {
      const [source, gradient] = [this.sources[i]!, this.gradients[i]!];
      if (source !== this.targets[i] && written.has(source.buffer)) this.sources[i] = source.slice();
      if (own.has(gradient.buffer)) this.gradients[i] = gradient.slice();
    });
  }

  publish(): void {
    this.#parts.forEach(({ variable }, i) => {
      const target = this.targets[i]!;
      if (target === this.sources[i]) return;
      own.add(target.buffer);
      const value = tensor(target, variable.shape, 'float32');
      variable.assign(value);
      value.dispose();
    });
  }

  release(): void {}
}

/** The store of the backend `cpu`. */
export const cpuStore: Store = { lease: (parts, inPlace) => new CpuLease(parts, inPlace) };
