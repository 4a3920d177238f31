// Many steps are under way at once, on more threads than Node's pool has and with helpers that all of them want: the bits
// are those of steps that are taken one after the other. many-in-flight.mjs ROUNDS.
import { RAdam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const [rounds] = process.argv.slice(2).map(Number);
useThreads(4);
const lengths = Array.from({ length: 24 }, (_, k) => (k % 3 === 0 ? 400_000 + k : 2000 * k + 1));
const shared = n => new Float64Array(new SharedArrayBuffer(8 * n));

function fill(array, salt) {
  for (let i = 0; i < array.length; i++) array[i] = ((i * salt) % 1009) / 1009 - 0.5;
  return array;
}

const params = lengths.map(n => fill(shared(n), 7));
const grads = lengths.map(n => shared(n));
const twins = params.map(p => new Float64Array(p));
const [flying, walking] = [params, twins].map(list => list.map(p => new RAdam([p], { backend: 'native' })));
for (let t = 0; t < rounds; t++) {
  grads.forEach((g, k) => {
    fill(g, 11 + t + k);
  });
  await Promise.all(flying.map((optimizer, k) => optimizer.stepAsync([grads[k]])));
  walking.forEach((optimizer, k) => {
    optimizer.step([grads[k]]);
  });
}
const same = params.every((p, k) =>
  Buffer.from(p.slice().buffer).equals(Buffer.from(twins[k].slice().buffer)),
);
if (!same) throw new Error('other bits');
console.log(`${rounds} rounds of ${flying.length}`);
