/** `main.js [calls]`: the stateful model (scripts/model.sh). SEED repeats what failed. */
import { backend } from '../../src/index.js';
import { walk } from './model.js';
import { calls, tally } from './outcome.js';

const wanted = Number(process.argv[2] || 200_000);
const seed = Number(process.env.SEED || 1);
const { instructionSet } = backend('native');
const began = Date.now();
let told = 0;
await walk(wanted, seed, done => {
  if (done - told < 100_000) return;
  told = done;
  console.log(`model: ${done} of ${wanted}`);
});
if (process.env.TALLY) for (const [what, times] of [...tally].sort()) console.log(`${times}\t${what}`);
const seconds = Math.max(1, (Date.now() - began) / 1000);
console.log(
  `model: ${calls.made} calls from seed ${seed} on, native (${instructionSet}) and wasm: every refusal the right one, ` +
    `0 bits differ (Node ${process.versions.node}, ${seconds.toFixed(0)} s, ${(calls.made / seconds).toFixed(0)} a second)`,
);
