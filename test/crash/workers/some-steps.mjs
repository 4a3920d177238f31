// A few steps by many more threads than there are processors, so that some of them wake when the step is over and the
// worker is ending.
import { parentPort, workerData } from 'node:worker_threads';
import { Adam } from '../../../dist/index.js';
import { useThreads } from '../threads.mjs';

useThreads(16);
const n = 300_000;
const optimizer = new Adam([new Float32Array(n)], { backend: 'native' });
const grads = [new Float32Array(n).fill(1)];
for (let t = 0; t < 3; t++) optimizer.step(grads);
if (workerData === 'process.exit') process.exit(3);
if (workerData === 'throwing') throw new Error('mine');
if (workerData === 'terminated') {
  parentPort.postMessage('at work');
  for (;;) optimizer.step(grads);
}
