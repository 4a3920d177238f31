// A step leaves the processor's arithmetic as it was: halves are rounded to even, and numbers too small to be normal are
// neither flushed to zero nor taken for it. On this thread, in a worker, and in the numbers of the step itself.
import { isMainThread, Worker } from 'node:worker_threads';
import { Adam, SGD } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

// Out of memory, so that no compiler computes it beforehand.
const numbers = new Float64Array([1, 2 ** -53, 3 * 2 ** -53, 2 ** -1074, 2 ** -1022, 0.5, -1]);
const singles = new Float32Array([2 ** -149, 2 ** -126, 0.5, 0]);

function arithmetic() {
  const [one, half, more, least, normal, two, minus] = numbers;
  singles[3] = singles[1] * singles[2];
  return [
    one + half === 1,
    one + more === 1 + 2 ** -51,
    minus - half === -1,
    least + least === 2 ** -1073,
    normal * two === 2 ** -1023,
    least * one > 0,
    singles[3] === 2 ** -127,
    singles[0] + singles[0] === 2 ** -148,
  ];
}

function check(when) {
  const wrong = arithmetic().findIndex(right => !right);
  if (wrong >= 0) throw new Error(`${when}: sum ${wrong} is wrong`);
}

check('before');
useThreads(4);
for (const backend of ['native', 'wasm']) {
  const n = 300_000;
  const p = new Float32Array(n);
  // The products are denormal, in every lane of every thread.
  const optimizer = new SGD([p], { backend, lr: 0.5 });
  for (let t = 1; t <= 3; t++) {
    optimizer.step([new Float32Array(n).fill(2 ** -140)]);
    check(`after step ${t} on ${backend}`);
    if (!p.every(x => x === -t * 2 ** -141)) throw new Error(`${backend} flushes to zero`);
  }
  new Adam([p], { backend }).step([p.slice()]);
  check(`after Adam on ${backend}`);
}
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  check('after a worker');
  console.log('unchanged');
}
