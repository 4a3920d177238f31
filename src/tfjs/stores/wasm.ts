/**
 * TensorFlow.js' backend in WebAssembly, where a tensor's numbers are a stretch of its memory.
 *
 * Values and gradients are read where they are, and the step is written to a new tensor there, which then becomes the
 * variable's. It is never written into memory that a tensor had before: for a matrix that was multiplied with, the backend
 * keeps a copy in another order, by the tensor's id, and would go on multiplying with the old numbers.
 */
import { backend, engine, type KernelBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import { asFloat32, type Lease, type Part, type Store } from './store.js';

/** What this store needs of the backend. */
interface HeapBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  getMemoryOffset(dataId: object): number;
}

/** Whether a backend keeps its tensors in a WebAssembly memory. */
export const hasHeap = (candidate: KernelBackend): candidate is HeapBackend =>
  ['makeOutput', 'typedArrayFromHeap', 'getMemoryOffset'].every(
    name => typeof (candidate as unknown as Record<string, unknown>)[name] === 'function',
  );

class HeapLease implements Lease {
  readonly sources: readonly Float32Array[];
  readonly targets: readonly Float32Array[];
  readonly gradients: readonly Float32Array[];
  readonly #parts: readonly Part[];
  readonly #outputs: Tensor[] = [];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    const heap = backend() as HeapBackend;
    try {
      for (const { variable, gradient } of parts) {
        // Brings here what another backend has.
        heap.getMemoryOffset(variable.dataId);
        heap.getMemoryOffset(gradient.dataId);
        const output = engine().makeTensorFromTensorInfo(heap.makeOutput(variable.shape, 'float32'), heap);
        this.#outputs.push(output);
        if (heap.getMemoryOffset(output.dataId) === 0 && output.size > 0) {
          throw new BackendError(
            'ERR_LANESTEP_MEMORY',
            `No memory in TensorFlow.js' WebAssembly backend for a new value of ${variable.name}`,
          );
        }
      }
    } catch (error) {
      this.release();
      throw error;
    }
    // Only now: what allocates may grow the memory, and that takes every view of it away.
    this.sources = parts.map(({ variable }) => heap.typedArrayFromHeap(variable));
    this.targets = this.#outputs.map(output => heap.typedArrayFromHeap(output));
    this.gradients = parts.map(({ gradient }) => asFloat32(heap.typedArrayFromHeap(gradient)));
  }

  publish(): void {
    this.#parts.forEach(({ variable }, i) => {
      variable.assign(this.#outputs[i]!);
    });
    this.release();
  }

  release(): void {
    for (const output of this.#outputs) output.dispose();
  }
}

/** The store of the backend `wasm`. */
export const wasmStore: Store = { lease: parts => new HeapLease(parts) };
