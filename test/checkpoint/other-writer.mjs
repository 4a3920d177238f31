// Saves to PATH, beside others who do: `node other-writer.mjs save|hold|ended PATH`. `hold` stops in the middle, says so, and goes on
// when it is told to; `ended` lets a worker stop there, ends it, and saves after it.
import { readdirSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';
import { SGD } from '../../dist/index.js';

const [how, path] = process.argv.slice(2);
const optimizer = new SGD({ w: new Float32Array(600_000) }, { lr: 0.1, backend: 'wasm' });
const temporaries = () => readdirSync(dirname(path)).filter(name => name.endsWith('.tmp')).length;

let pieces = 0;
function hold() {
  if (pieces++ > 0) return;
  writeSync(1, 'writing\n');
  if (isMainThread) readSync(0, new Uint8Array(1));
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

if (how === 'ended') {
  const worker = new Worker(new URL(import.meta.url), { argv: ['hold', path] });
  while (temporaries() === 0) await new Promise(resolve => setTimeout(resolve, 5));
  // One that lives is left alone.
  await optimizer.save(path);
  console.log(`while it writes: ${temporaries()}`);
  await worker.terminate();
  await optimizer.save(path);
  console.log(`after its end: ${temporaries()}`);
} else {
  await optimizer.save(path, how === 'hold' ? { onProgress: hold } : {});
  if (isMainThread) console.log('saved');
}
