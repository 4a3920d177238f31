// A worker writes without pause into shared memory that another thread steps on: parameters and gradients are anything
// then, but nothing outside of them is touched, and nobody crashes: written-meanwhile.mjs step | stepAsync COUNT.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Adam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

if (isMainThread) {
  const [step, count] = process.argv.slice(2);
  const n = 300_000;
  const border = 64;
  const whole = new Float32Array(new SharedArrayBuffer(4 * (2 * n + 3 * border))).fill(17);
  const params = whole.subarray(border, border + n);
  const grads = whole.subarray(2 * border + n, 2 * border + 2 * n);
  const stop = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: { params, grads, stop } });
  useThreads(3);
  const ended = new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  await new Promise(resolve => worker.once('message', resolve));
  for (const backend of ['native', 'wasm']) {
    const optimizer = new Adam([params], { backend });
    for (let t = 0; t < count; t++) await optimizer[step]([grads]);
  }
  Atomics.store(stop, 0, 1);
  await ended;
  const borders = [
    whole.subarray(0, border),
    whole.subarray(border + n, 2 * border + n),
    whole.subarray(-border),
  ];
  if (!borders.every(part => part.every(x => x === 17))) throw new Error('written outside');
  console.log(`${Atomics.load(stop, 1) > 0 ? 'both' : 'one'} wrote`);
} else {
  const { params, grads, stop } = workerData;
  const words = new Int32Array(params.buffer, params.byteOffset, params.length);
  parentPort.postMessage('at work');
  while (Atomics.load(stop, 0) === 0) {
    grads.fill(Math.random());
    for (let i = 0; i < words.length; i += 7) Atomics.store(words, i, 0x3f800000 + i);
    Atomics.add(stop, 1, 1);
  }
}
