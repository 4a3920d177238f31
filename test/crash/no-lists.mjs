// The system refuses memory for the lists that the addon makes itself, where it has no way to say so but an exception of
// C++: it becomes one of JavaScript, and the process goes on.
import { createRequire } from 'node:module';
import { Adam } from '../../dist/index.js';
import { limitAddresses, unlimitAddresses } from './limits.mjs';

const addon = createRequire(import.meta.url)('../../build/Release/lanestep.node');
const set = addon.instructionSets.findIndex(({ supported }) => supported);
const count = 400_000;
const given = [
  set,
  Array(count).fill(new Float32Array(1)),
  new Uint8Array(count * addon.maxSlots),
  new Float64Array(count * addon.rowLength),
  new Uint32Array(count),
  new Uint32Array(count),
  new Float64Array(count * addon.maxSums),
  bytes => new ArrayBuffer(bytes),
  ...[0, 0, 0].map(none => new Float64Array(none)),
];
const p = new Float32Array(1000);
const optimizer = new Adam([p], { backend: 'native' });
const grads = [new Float32Array(1000).fill(1)];
optimizer.step(grads);

// Enough for Node itself, too little for a list of so many.
globalThis.gc();
limitAddresses(24 << 20);
let refused = null;
try {
  addon.prepare(...given);
} catch (error) {
  refused = error;
}
unlimitAddresses();
if (!/bad_alloc|memory/i.test(refused?.message)) throw refused ?? new Error('it was not refused');
optimizer.step(grads);
if (Math.abs(p[0] + 2e-3) > 1e-6) throw new Error('other numbers');
console.log('refused, all went on');
