// Hands the addon lists of thousands of arrays without end, so that nearly every moment is one in which it is in the middle
// of reading them, call by call: each of those calls fails from the moment on in which the worker is to end.
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';

const addon = createRequire(import.meta.url)('../../../build/Release/lanestep.node');
const set = addon.instructionSets.findIndex(({ supported }) => supported);
const count = 20_000;
const list = () => Array.from({ length: count }, () => new Float32Array(1));
const params = list();
const none = Array(count).fill(null);
const prepare = () =>
  addon.prepare(
    set,
    params,
    new Uint8Array(count * addon.maxSlots),
    new Float64Array(count * addon.rowLength),
    new Uint32Array(count),
    new Uint32Array(count),
    new Float64Array(count * addon.maxSums),
    bytes => new ArrayBuffer(bytes),
    ...[0, 0, 0].map(none => new Float64Array(none)),
  );
const plan = prepare();
const grads = list();

parentPort.postMessage('at work');
for (;;) {
  for (let k = 0; k < 5; k++) addon.bind(plan, 0, ...grads.slice(0, addon.maxBound));
  addon.move(plan, params, none);
  prepare();
}
