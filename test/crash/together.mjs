// The main thread and four workers load the addon in the same moment, each with threads of its own to ask for, and step
// at the same time. All come to the same bits.
import { createHash } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Adam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const steps = 20;

function digest(threads) {
  useThreads(threads);
  const params = [new Float32Array(400_000), new Float64Array(33)];
  const optimizer = new Adam(params, { backend: 'native' });
  for (let t = 1; t <= steps; t++) optimizer.step(params.map(p => p.slice().fill(1 / t)));
  return createHash('sha256').update(params[0]).update(params[1]).digest('hex');
}

if (isMainThread) {
  const workers = [1, 2, 3, 5].map(threads => new Worker(new URL(import.meta.url), { workerData: threads }));
  const told = workers.map(
    worker => new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)),
  );
  const digests = new Set([digest(4), ...(await Promise.all(told))]);
  console.log(`${digests.size} digest of ${1 + workers.length} threads`);
} else {
  parentPort.postMessage(digest(workerData));
}
