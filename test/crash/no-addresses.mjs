// Others have taken the addresses that a WebAssembly memory needs, of which a process has not endlessly many: an error that
// says so, and once they are gone, a backend.
import { Adam, backend } from '../../dist/index.js';
import { limitAddresses } from './limits.mjs';

limitAddresses(1 << 30);
const attempt = choice => new Adam([new Float32Array(3)], { backend: choice }).step([new Float32Array(3)]);
for (let i = 0; i < 3; i++) {
  try {
    attempt('wasm');
    throw new Error('a memory fits into 1 GiB of addresses');
  } catch (error) {
    if (error.code !== 'ERR_LANESTEP_MEMORY') throw error;
  }
}
attempt('native');
console.log(`refused, ${backend().name} goes on`);
