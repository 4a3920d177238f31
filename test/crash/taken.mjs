// Memory is to be taken from under a step that is under way, in all ways that the engine knows. Where arrays may be made
// untransferable, all of them are refused, and the bits are right; where a mark would not hold, the optimizer is refused.
import { MessageChannel } from 'node:worker_threads';
import { Adam } from '../../dist/index.js';

const n = 1_000_000;
const g = () => Float32Array.from({ length: n }, (_, i) => (i % 613) - 306);

function shared(array) {
  const copy = new Float32Array(new SharedArrayBuffer(4 * array.length));
  copy.set(array);
  return copy;
}

const { port1 } = new MessageChannel();

const ways = {
  structuredClone: buffer => structuredClone(buffer, { transfer: [buffer] }),
  postMessage: buffer => port1.postMessage(buffer, [buffer]),
  transfer: buffer => buffer.transfer(),
  transferToFixedLength: buffer => buffer.transferToFixedLength(),
  transferToImmutable: buffer => buffer.transferToImmutable(),
  resize: buffer => buffer.resize(0),
  stream: buffer =>
    new ReadableStream({ type: 'bytes', start: controller => controller.enqueue(new Uint8Array(buffer)) }),
};

async function step(optimizer, params, grads) {
  const under = optimizer.stepAsync(grads);
  const taken = [];
  for (const [name, way] of Object.entries(ways)) {
    for (const { buffer } of [...params, ...grads]) {
      try {
        way(buffer);
        taken.push(name);
      } catch {}
    }
  }
  await under;
  if (![...params, ...grads].every(array => array.length === n)) throw new Error(`taken by ${taken}`);
}

const expected = new Float32Array(n);
new Adam([expected], { backend: 'native' }).step([g()]);
const right = p => Buffer.from(p.slice().buffer).equals(Buffer.from(expected.buffer));

const p = shared(new Float32Array(n));
await step(new Adam([p], { backend: 'native' }), [p], [shared(g())]);
if (!right(p)) throw new Error('other bits in shared memory');

const ordinary = new Float32Array(n);
let optimizer = null;
try {
  optimizer = new Adam([ordinary], { backend: 'native', untransferable: true });
} catch (error) {
  if (error.code !== 'ERR_LANESTEP_BACKEND') throw error;
}
if (optimizer !== null) {
  await step(optimizer, [ordinary], [g()]);
  if (!right(ordinary)) throw new Error('other bits in ordinary memory');
}
port1.close();
console.log(`nothing was taken, ordinary memory ${optimizer === null ? 'was refused' : 'too'}`);
