// A library sets the floating-point state of the thread that loads it: floating.mjs flush|up|zero before|after, with the
// addon's threads started before it or after. The bits of a step stay the same on one thread, on two, and off the thread; what
// the library set is still set afterwards.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Adam, SGD } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const states = {
  // MXCSR: flush to zero, and denormals are zeros; or the rounding. FPCR the same.
  x64: { flush: 0x9fc0, up: 0x5f80, zero: 0x7f80 },
  arm64: { flush: 1 << 24, up: 1 << 22, zero: 3 << 22 },
};
const [wanted, when] = process.argv.slice(2);
const state = states[process.arch]?.[wanted];
if (state === undefined) {
  console.log(`skipped: it is not known how to set it on ${process.arch}`);
  process.exit();
}

function load() {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-floating-'));
  try {
    const library = join(folder, 'floating.so');
    const source = fileURLToPath(new URL('floating.c', import.meta.url));
    try {
      execFileSync('cc', ['-shared', '-fPIC', `-DSTATE=${state}`, source, '-o', library], { stdio: 'pipe' });
    } catch (error) {
      console.log(`skipped: no C compiler: ${error.message.split('\n')[0]}`);
      process.exit();
    }
    // It is no addon, so Node refuses it, when it has run.
    try {
      process.dlopen({ exports: {} }, library);
    } catch (error) {
      if (error.code !== 'ERR_DLOPEN_FAILED') throw error;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Out of memory, so that no compiler computes it beforehand.
const [least, one, half] = new Float64Array([2 ** -1074, 1, 2 ** -54]);
const isSet = {
  flush: () => least * one === 0,
  up: () => one + half !== 1,
  zero: () => one - half !== 1,
}[wanted];

const n = 300_000;
const inputs = [1, 2, 3].map(k =>
  Float32Array.from({ length: n }, (_, i) => ((i * 7919 + k) % 2003) * 2 ** -149 * 3 ** (i % 5)),
);
function shared(array) {
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

async function digest(way) {
  const hash = createHash('sha256');
  // Numbers of the rules that no rounding can change: JavaScript computes them under the state that there is.
  const makes = [p => new SGD(p, { lr: 0.5, momentum: 0.5 })];
  if (wanted === 'flush')
    makes.push(
      p => new Adam(p, { lr: 0.125 }),
      p => new Adam(p, { amsgrad: true }),
    );
  for (const make of makes) {
    const [p, ...grads] = inputs.map(shared);
    const optimizer = make([p]);
    for (const g of [...grads, ...grads]) await optimizer[way]([g]);
    hash.update(p);
    for (const { step: _, ...slots } of Object.values(optimizer.stateDict().state))
      for (const slot of Object.values(slots)) hash.update(slot);
  }
  return hash.digest('hex');
}

useThreads(when === 'before' ? 2 : 1);
const right = await digest('step');
load();
if (!isSet()) throw new Error('the library set nothing');
const found = {};
for (const threads of [1, 2]) {
  useThreads(threads);
  for (const way of ['step', 'stepAsync']) found[`${way} on ${threads}`] = await digest(way);
}
const wrong = Object.entries(found).filter(([, one]) => one !== right);
if (wrong.length > 0) throw new Error(`other bits: ${wrong.map(([how]) => how).join(', ')}`);
if (!isSet()) throw new Error('the state of the thread is another than before');
// WebAssembly computes as the thread does, and says so, once.
for (let i = 0; i < 2; i++) new SGD([new Float32Array(1)], { backend: 'wasm' }).step([new Float32Array(1)]);
console.log('the same bits, the same state');
