// Optimizers without end: constructed, stepped, read, moved, disposed or dropped, so that most calls are those that go
// through many functions of Node-API one after the other.
import { parentPort } from 'node:worker_threads';
import { Adam, SGD } from '../../../dist/index.js';

const some = length => Array.from({ length: 30 }, (_, i) => new Float32Array(length + i));

function round() {
  const params = some(20);
  const optimizer = new Adam(params);
  optimizer.step(some(20));
  const state = optimizer.stateDict();
  optimizer.loadStateDict(state);
  optimizer.rebind(some(20), params);
  optimizer.step(some(20));
  if (Math.random() < 0.5) optimizer.dispose();
  new SGD(some(3), { momentum: 0.9 }).step(some(3));
}

round();
parentPort.postMessage('at work');
for (;;) round();
