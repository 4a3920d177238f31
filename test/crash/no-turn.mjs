// Optimizers are made, stepped and dropped in a loop that never gives way to the event loop: no-turn.mjs BACKEND. Their memory
// comes back all the same, as that of typed arrays does.
import { Adam, MovingAverage } from '../../dist/index.js';

const [backend] = process.argv.slice(2);
let most = 0;
const look = () => {
  most = Math.max(most, process.memoryUsage.rss() / 2 ** 20);
};

// 8 MB of state each, 4 of which are the average's own.
const p = new Float32Array(1e6);
const g = new Float32Array(1e6).fill(0.1);
for (let i = 0; i < 150; i++) {
  new Adam([p], { backend }).step([g]);
  new MovingAverage([p], { backend, biasCorrection: true }).update();
  look();
}
// And what there is besides the state.
const few = [new Float32Array(10)];
for (let i = 0; i < 100_000; i++) {
  new Adam(few, { backend }).step(few.map(array => array.slice()));
  if (i % 1000 === 0) look();
}
// All of the large ones would be 2400 MB, all of the small ones 350.
if (most > 800) throw new Error(`${most.toFixed(0)} MiB`);
console.log('all came back');
