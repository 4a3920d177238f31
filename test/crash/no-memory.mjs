// The system refuses memory for an optimizer's state (no-memory.mjs BACKEND): the error says so, the process goes on, the optimizers that there
// were have lost nothing, and smaller ones are made.
import { Adam } from '../../dist/index.js';
import { limitAddresses } from './limits.mjs';
import { useThreads } from './threads.mjs';

const [backend] = process.argv.slice(2);
useThreads(2);
const small = [new Float32Array(1000)];
const before = new Adam(small, { backend });
before.step([new Float32Array(1000).fill(1)]);
const large = [new Float32Array(24 << 20), new Float32Array(1000)];
limitAddresses(96 << 20);

let refusals = 0;
for (let i = 0; i < 50; i++) {
  try {
    new Adam(large, { backend });
  } catch (error) {
    if (error.code !== 'ERR_LANESTEP_MEMORY' || error.name !== 'BackendError') throw error;
    refusals++;
  }
  before.step([new Float32Array(1000).fill(1)]);
  new Adam([new Float32Array(1000)], { backend }).step([small[0]]);
}
if (Math.abs(small[0][0] + 51e-3) > 1e-4 || large[1].some(x => x !== 0))
  throw new Error('something was changed');
console.log(`${refusals} refused, all went on`);
