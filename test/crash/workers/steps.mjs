// Steps without end: large ones, which several threads share, and small ones; with gradients that are known, and new ones,
// each of which is handed to the addon through a list that it reads element by element.
import { parentPort } from 'node:worker_threads';
import { Adam, SGD } from '../../../dist/index.js';
import { useThreads } from '../threads.mjs';

useThreads(3);
const n = 300_000;
const optimizer = new Adam([new Float32Array(n), new Float64Array(7)]);
const grads = [new Float32Array(n).fill(1), new Float64Array(7).fill(1)];
const many = new SGD(Array.from({ length: 200 }, () => new Float32Array(50)));
optimizer.step(grads);
parentPort.postMessage('at work');
for (;;) {
  optimizer.step(grads);
  optimizer.step([grads[0].slice(), null]);
  for (let k = 0; k < 20; k++) many.step(Array.from({ length: 200 }, () => new Float32Array(50)));
}
