// Steps on other threads, more than Node's pool has, that are under way when the worker ends. One that ends of itself waits
// for them.
import { parentPort, workerData } from 'node:worker_threads';
import { Adam } from '../../../dist/index.js';
import { useThreads } from '../threads.mjs';

useThreads(4);
const n = 500_000;
const shared = value => new Float32Array(new SharedArrayBuffer(4 * n)).fill(value);
const grads = [shared(1)];
let landed = 0;
const params = Array.from({ length: 6 }, () => shared(0));

async function fly(optimizer) {
  do {
    await optimizer.stepAsync(grads);
    landed++;
  } while (workerData === 'terminated');
}

for (const p of params) fly(new Adam([p], { backend: 'native' }));
if (workerData === 'process.exit') process.exit(3);
if (workerData === 'throwing') throw new Error('mine');
if (workerData === 'terminated') parentPort.postMessage('at work');
process.on('exit', () => {
  const whole = params.every(p => Math.abs(p[0] + 1e-3) < 1e-6 && p[n - 1] === p[0]);
  if (workerData === 'of itself' && (landed !== 6 || !whole)) process.exitCode = 5;
});
