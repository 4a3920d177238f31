// Steps without end, of which every other one throws: in TypeScript, where gradients do not fit, in a schedule of the
// user's, and in the addon itself, which is handed what TypeScript never hands it.
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { Adam, SGD } from '../../../dist/index.js';

const addon = createRequire(import.meta.url)('../../../build/Release/lanestep.node');
const p = new Float32Array(1000);
const usable = addon.instructionSets.findIndex(set => set.supported);
const plan = addon.prepare(
  usable,
  [p],
  new Uint8Array(addon.maxSlots),
  new Float64Array(addon.rowLength),
  new Uint32Array(1),
  new Uint32Array(1),
  new Float64Array(addon.maxSums),
  bytes => new ArrayBuffer(bytes),
  ...[0, 0, 0].map(none => new Float64Array(none)),
);
const optimizer = new Adam([p.slice(), new Float64Array(7)]);
const grads = [new Float32Array(1000).fill(1), new Float64Array(7).fill(1)];
let constructed = false;
const fails = new SGD([p.slice()], {
  lr: () => {
    if (constructed) throw new Error('no rate');
    return 0.1;
  },
});
constructed = true;

const refusals = [
  () => optimizer.step([grads[1], grads[0]]),
  () => fails.step([grads[0]]),
  () => addon.bind(plan, 0, new Uint8Array(8)),
  () => addon.bind(plan, 9),
  () => addon.bind({}, 0, p),
  () => addon.read(plan, 7, 0, p),
  () => addon.write(plan, 0, 0, null),
  () => addon.prepare(99),
  () => addon.prepare(usable, [new DataView(new ArrayBuffer(8))]),
  () => addon.move(plan, [p], [{}]),
  () => addon.setThreads(-1, 0),
];

function round() {
  for (const refused of refusals) {
    try {
      refused();
    } catch {
      continue;
    }
    throw new Error(`${refused} was not refused`);
  }
  optimizer.step(grads);
}

round();
parentPort.postMessage('at work');
for (;;) round();
