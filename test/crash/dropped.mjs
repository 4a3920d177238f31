// Optimizers that are made, stepped and dropped, never disposed: dropped.mjs BACKEND COUNT. All that the process holds must
// stop to grow. Only the event loop's turns let Node run what is to be done for objects that were collected.
import { setImmediate as turn } from 'node:timers/promises';
import { Adam } from '../../dist/index.js';

const [backend, count] = process.argv.slice(2);
const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
const params = [new Float32Array(4000), new Float64Array(100)];
const grads = params.map(p => p.slice());

async function make(many) {
  for (let i = 0; i < many; i++) {
    new Adam(params, { backend }).step(grads);
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
// What each holds is 34 KB; a tenth of them would be more than this.
const most = (count * 34_000) / 10 / 2 ** 20;
if (grown > Math.min(most, 48)) throw new Error(`${count} optimizers left ${grown.toFixed(0)} MiB`);
console.log(`${count} dropped`);
