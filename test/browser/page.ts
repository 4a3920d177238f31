/** The program of the page. What it has is asked for from outside, by `browser.test.ts`. */
import '@tensorflow/tfjs-backend-cpu';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { Adam, backend } from 'lanestep';
import * as tfjs from 'lanestep/tfjs';
import { heap, lab, on } from './lab.js';

// TensorFlow.js takes no more threads than half of the cores, of which there may be one or two; only its build with threads
// takes any.
Object.defineProperty(Reflect.get(globalThis, 'navigator'), 'hardwareConcurrency', { value: 4 });
setThreadsCount(2);
setWasmPaths('/tfjs/');

const page = {
  ...lab({ tfjs, Adam }, 'indexeddb://model'),
  /** Starts TensorFlow.js' WebAssembly, and says what this page has. */
  async start() {
    await on('wasm');
    return {
      isolated: Reflect.get(globalThis, 'crossOriginIsolated'),
      heap: heap().constructor.name,
      threads: getThreadsCount(),
      lanestep: backend().name,
    };
  },
};

/** What the page answers to. */
export type Page = typeof page;

Object.assign(globalThis, { page });
