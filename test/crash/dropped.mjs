// Optimizers that are made, stepped and dropped, never disposed: dropped.mjs BACKEND step | stepAsync COUNT. All that the
// process holds must stop to grow. Only the event loop's turns let Node run what is to be done for objects that were collected.
import { setImmediate as turn } from 'node:timers/promises';
import { Adam } from '../../dist/index.js';

const [backend, step, count] = process.argv.slice(2);
const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
const shared = n => new Float32Array(new SharedArrayBuffer(4 * n));
const ordinary = [new Float32Array(4000), new Float64Array(100)];
const grads = ordinary.map(p => p.slice());

async function make(many) {
  for (let i = 0; i < many; i++) {
    if (step === 'step') new Adam(ordinary, { backend }).step(grads);
    else await new Adam([shared(3000)], { backend }).stepAsync([shared(3000)]);
    if (i % 200 === 199) {
      globalThis.gc();
      await turn();
    }
  }
}

await make(Math.min(2000, count / 2));
const before = megabytes();
await make(Number(count));
const grown = megabytes() - before;
// What each holds are 34 KB of state, or 48 with its arrays; a tenth of that is more than what comes and goes by chance.
const most = Math.max(16, (count * 34_000) / 10 / 2 ** 20);
if (grown > Math.min(most, 48)) throw new Error(`${count} optimizers left ${grown.toFixed(0)} MiB`);
console.log(`${count} dropped`);
