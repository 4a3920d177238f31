// Optimizers are made, stepped and dropped in a loop that never gives way to the event loop: no-turn.mjs BACKEND. Their memory
// comes back all the same, as that of typed arrays does.
import { Adam, MovingAverage } from '../../dist/index.js';

const [backend] = process.argv.slice(2);
const rss = () => process.memoryUsage.rss() / 2 ** 20;

/** Takes turns, and throws where the process grows by more than so many MiB on the way. */
function bounded(most, times, turn) {
  const before = rss();
  for (let i = 0; i < times; i++) {
    turn();
    if (i % 10 > 0) continue;
    const grown = rss() - before;
    if (grown > most)
      throw new Error(`${grown.toFixed(0)} MiB more after ${i} of ${times} turns, not ${most}`);
  }
}

// What there is besides the state: 350 MiB of all. Garbage that waits is 80, in Node 24 up to 270.
const few = [new Float32Array(10)];
bounded(350, 100_000, () => new Adam(few, { backend }).step(few.map(array => array.slice())));

// 8 MB of state each, 4 of which are the average's own: 1800 MiB of all.
const p = new Float32Array(1e6);
const g = new Float32Array(1e6).fill(0.1);
bounded(600, 150, () => {
  new Adam([p], { backend }).step([g]);
  new MovingAverage([p], { backend, biasCorrection: true }).update();
});
console.log('all came back');
