// The process is left while threads are at work: leaving.mjs HOW. The main thread's own step has just ended, with helpers
// that may not be asleep yet, and two workers are in the middle of theirs.
import { Worker } from 'node:worker_threads';
import { Adam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const [how] = process.argv.slice(2);
useThreads(16);
const n = 300_000;
const optimizer = new Adam([new Float32Array(n)], { backend: 'native' });
const grads = [new Float32Array(n).fill(1)];

const ways = {
  exit: () => process.exit(7),
  exitCode: () => {
    process.exitCode = 7;
    for (const worker of workers) worker.terminate();
  },
  throw: () => {
    throw new Error('mine');
  },
  reject: () => {
    Promise.reject(new Error('mine'));
  },
};

const workers = [1, 2].map(() => new Worker(new URL('workers/steps.mjs', import.meta.url)));
await Promise.all(workers.map(worker => new Promise(resolve => worker.once('message', resolve))));
console.log(`leaving by ${how}`);
setTimeout(
  () => {
    optimizer.step(grads);
    ways[how]();
  },
  Math.floor(Math.random() * 5),
);
