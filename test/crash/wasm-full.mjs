// WebAssembly's memory is used up (--wasm-max-mem-pages sets how much there is): the optimizer that finds none is told
// so, those that there were go on with the same bits, and after dispose() there is memory again.
import { Adam } from '../../dist/index.js';

const n = 40_000;
const grads = [Float32Array.from({ length: n }, (_, i) => (i % 613) - 306)];
const train = () => {
  const p = new Float32Array(n);
  return { p, optimizer: new Adam([p], { backend: 'wasm' }) };
};

const living = [];
let full = null;
while (full === null && living.length < 10_000) {
  try {
    const one = train();
    one.optimizer.step(grads);
    living.push(one);
  } catch (error) {
    full = error;
  }
}
if (full?.code !== 'ERR_LANESTEP_MEMORY' || full.name !== 'BackendError')
  throw full ?? new Error('it is never full');
// What is far too large is refused, too.
try {
  new Adam([new Float32Array((2 ** 30 / 4) * 3)], { backend: 'wasm' });
  throw new Error('4 GiB of state fit');
} catch (error) {
  if (error.code !== 'ERR_LANESTEP_MEMORY') throw error;
}

for (const { optimizer } of living) optimizer.step(grads);
const [first, ...others] = living.map(({ p }) => Buffer.from(p.buffer));
if (!others.every(other => other.equals(first))) throw new Error('other bits');

living.pop().optimizer.dispose();
const again = train();
again.optimizer.step(grads);
again.optimizer.step(grads);
if (!Buffer.from(again.p.buffer).equals(first)) throw new Error('other bits in memory that was used before');
console.log(`full with ${living.length}, all went on`);
