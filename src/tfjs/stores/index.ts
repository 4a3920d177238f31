import { backend, getBackend } from '@tensorflow/tfjs-core';
import { anyStore } from './any.js';
import { cpuStore } from './cpu.js';
import type { Store } from './store.js';
import { hasHeap, wasmStore } from './wasm.js';

export type { Lease, Part, Store } from './store.js';

/** The store of the backend that TensorFlow.js runs on at present. */
export function store(): Store {
  if (hasHeap(backend())) return wasmStore;
  return getBackend() === 'cpu' ? cpuStore : anyStore;
}
