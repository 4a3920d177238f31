// Two workers take steps that several threads share, and take turns with the threads; one is terminated in the middle of
// it. The other one's numbers are those of an optimizer that nobody disturbed: beside.mjs COUNT.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Adam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const n = 400_000;

function trained(threads, steps) {
  useThreads(threads);
  const p = new Float32Array(n);
  const optimizer = new Adam([p], { backend: 'native' });
  const g = Float32Array.from({ length: n }, (_, i) => (i % 613) - 306);
  for (let t = 0; t < steps; t++) optimizer.step([g]);
  return p;
}

if (isMainThread) {
  const [count] = process.argv.slice(2).map(Number);
  const start = data => new Worker(new URL(import.meta.url), { workerData: data });
  const steps = 60;
  const undisturbed = Buffer.from(trained(1, steps).buffer);
  for (let i = 0; i < count; i++) {
    const survivor = start({ steps });
    const numbers = new Promise((resolve, reject) => survivor.on('message', resolve).on('error', reject));
    const victim = start({ steps: Infinity });
    await sleep(60 + Math.random() * 60);
    await victim.terminate();
    if (!Buffer.from((await numbers).buffer).equals(undisturbed)) throw new Error('other bits');
  }
  console.log(`${count} survivors with the same bits`);
} else {
  parentPort.postMessage(trained(4, workerData.steps));
}
