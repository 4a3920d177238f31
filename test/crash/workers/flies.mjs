// Steps on other threads without end, more at once than Node's pool has threads, some refused when they should begin: over
// shared memory and, where a mark holds, over memory that was made untransferable.
import { parentPort } from 'node:worker_threads';
import { Adam, SGD } from '../../../dist/index.js';
import { useThreads } from '../threads.mjs';

useThreads(3);
const shared = n => new Float32Array(new SharedArrayBuffer(4 * n)).fill(1);
const untransferable = Number.parseInt(process.versions.node, 10) >= 24;

async function fly(optimizer, grads) {
  for (;;) {
    await optimizer.stepAsync(grads);
    await optimizer.stepAsync([]).catch(() => {});
    optimizer.step(grads);
  }
}

for (const n of [1000, 300_000, 1_000_000, 30_000, 700_000]) fly(new Adam([shared(n)]), [shared(n)]);
fly(
  new SGD(Array.from({ length: 50 }, () => shared(1000))),
  Array.from({ length: 50 }, () => shared(1000)),
);
if (untransferable)
  fly(new Adam([new Float32Array(400_000)], { untransferable }), [new Float32Array(400_000)]);
parentPort.postMessage('at work');
