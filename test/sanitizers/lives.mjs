// What no test within one thread shows of memory: worker threads that come and go and are ended in the middle of a step,
// optimizers by the thousand that are disposed of or left to the collector, and then an exit without process.exit(), so that
// whatever is still held at the end is there to be found. scripts/sanitize.sh runs it under each sanitizer.
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Adam, AdamW, backend, Nesterov, RAdam, RMSprop, SGD, setThreads } from '../../dist/index.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const shared = (Class, length, value) =>
  new Class(new SharedArrayBuffer(length * Class.BYTES_PER_ELEMENT)).fill(value);

// Enough elements for several claims.
const long = 70_001;

/** Everything that the addon exports, by way of the optimizers that call it. */
async function live(n) {
  const params = { w: shared(Float32Array, n, 1), b: shared(Float64Array, 5, 2), none: new Float32Array(0) };
  const grads = {
    w: shared(Float32Array, n, 0.5),
    b: shared(Float64Array, 5, 0.25),
    none: new Float32Array(0),
  };
  const optimizer = new Adam(params, {
    amsgrad: true,
    weightDecay: 0.1,
    gradientScale: 0.5,
    backend: 'native',
  });
  optimizer.step(grads);
  await optimizer.stepAsync({ ...grads, none: null });
  const w = shared(Float32Array, n + 3, 0).subarray(1, n + 1);
  const moved = { w, b: shared(Float64Array, 5, 0), none: new Float32Array(0) };
  optimizer.rebind(moved, params);
  optimizer.step({ ...grads, b: null });
  optimizer.loadStateDict(optimizer.stateDict());
  assert.throws(() => optimizer.step({ ...grads, w: new Float32Array(1) }));
  optimizer.step(grads);
  assert.ok(moved.w.every(x => x === moved.w[0]) && moved.w[0] < 1);
  return optimizer;
}

/** The same in a worker, where it ends by itself or is ended. */
async function work({ endless, flying }) {
  setThreads(3);
  const optimizers = [await live(300_000)];
  const none = { w: null, b: null, none: null };
  do {
    optimizers.push(endless && !flying ? new Adam({ w: new Float32Array(300_000) }) : await live(300_000));
    const grads = flying ? { ...none, b: shared(Float64Array, 5, 1) } : { w: new Float32Array(300_000) };
    const step = flying ? optimizers.at(-1).stepAsync(grads) : endless && optimizers.at(-1).step(grads);
    if (endless) parentPort.postMessage('at work');
    await step;
    if (optimizers.length > 2) optimizers.shift().dispose();
  } while (endless);
}

/** A worker that ends by itself, or is ended some time after its first message. */
function worker(delay, flying) {
  const endless = delay !== undefined;
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { endless, flying } });
    thread.on('error', reject);
    thread.on('exit', resolve);
    if (endless) thread.once('message', () => sleep(delay).then(() => thread.terminate()));
  });
}

/** @param flying whether workers are ended while steps of theirs are under way on other threads, too */
async function main(many, flying) {
  assert.equal(backend('native').name, 'native');
  setThreads(3);
  for (let round = 0; round < 3; round++) {
    const workers = [worker(), worker(7 * round, false), worker(0, flying), worker(7 * round, flying)];
    // Meanwhile this thread wants the pool too.
    for (let i = 0; i < 3; i++) (await live(300_000)).dispose();
    await Promise.all(workers);
  }
  const kinds = [AdamW, RAdam, RMSprop, SGD];
  for (let i = 0; i < many; i++) {
    const p = new Float32Array(i % 257);
    const optimizer = new kinds[i % kinds.length]([p], { lr: 0.1, backend: 'native' });
    optimizer.step([new Float32Array(p.length).fill(1)]);
    if (i % 3 === 0) optimizer.stateDict();
    if (i % 2 === 0) optimizer.dispose();
    if (i % 500 === 0) gc();
  }
  new Nesterov([new Float32Array(long)], { lr: 0.1, backend: 'native' }).step(() => [new Float32Array(long)]);
  for (let i = 0; i < many / 100; i++) (await live(long + i)).step({ w: null, b: null, none: null });
  gc();
  await sleep(10);
  // An optimizer that is still there at the end.
  globalThis.last = await live(17);
  gc();
}

if (isMainThread) {
  await main(Number(process.argv[2] ?? 2000), process.argv[3] === 'flying');
  console.log('lived');
} else {
  await work(workerData);
}
