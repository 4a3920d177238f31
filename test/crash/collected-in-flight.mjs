// Everything that a step under way works on is unreachable, and collected if it can be: collected-in-flight.mjs COUNT. Once
// as users do it, and once with the addon alone, over ordinary memory that only the step holds: what was freed too early
// would be gone from the process, for it is large.
import { pbkdf2 } from 'node:crypto';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { Adam } from '../../dist/index.js';

const [count] = process.argv.slice(2).map(Number);
const addon = createRequire(import.meta.url)('../../build/Release/lanestep.node');
const set = addon.instructionSets.findIndex(({ supported }) => supported);
const n = 1_000_000;
let landed = 0;
const land = () => {
  landed++;
};

function drop() {
  const shared = () => new Float32Array(new SharedArrayBuffer(4 * n)).fill(1);
  new Adam([shared()], { backend: 'native' }).stepAsync([shared()]).then(land);
}

function dropBare() {
  const rows = new Float64Array(addon.rowLength).fill(1);
  const variantOf = new Uint32Array([addon.variants.indexOf('adam')]);
  const kept = new Uint8Array(addon.maxSlots).fill(1);
  const params = [new Float32Array(n).fill(1)];
  const rowOf = new Uint32Array(1);
  const sums = new Float64Array(Math.ceil(n / addon.blockLength) * addon.maxSums);
  const allocate = bytes => new ArrayBuffer(bytes);
  const none = new Float64Array(0);
  const plan = addon.prepare(set, params, kept, rows, rowOf, variantOf, sums, allocate, none, none, none);
  const grads = [new Float32Array(n).fill(1)];
  addon.bind(plan, 0, ...grads);
  addon.runAsync(plan, [params, grads, rows, rowOf, variantOf, sums], land);
}

for (let i = 0; i < count; i++) {
  // All threads of Node's pool are busy with something else first.
  for (let k = 0; k < 4; k++) pbkdf2('', '', 100_000, 32, 'sha512', () => {});
  drop();
  dropBare();
  for (let k = 0; k < 4; k++) {
    globalThis.gc();
    // Garbage where the collected was, and the turns in which Node frees it.
    new Float32Array(n).fill(Number.NaN);
    await turn();
  }
}
while (landed < 2 * count) await turn();
console.log(`${landed} landed`);
