// The engine collects all that it can, all the time: nobody but the optimizer holds its parameters' arrays, gradients are
// new at every step and dropped right after it, and optimizers are dropped in the middle. The bits are those of a process
// that collects nothing, which is run first.
import { setImmediate as turn } from 'node:timers/promises';
import { Adagrad, Adam, NAdam, RMSprop, Rprop, SGD } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const classes = [Adam, SGD, RMSprop, Adagrad, NAdam, Rprop];

function gradient(n, t) {
  const g = new Float32Array(n);
  for (let i = 0; i < n; i++) g[i] = ((i * (t + 7)) % 1009) / 1009 - 0.5;
  return g;
}

async function trained(collect) {
  const last = [];
  for (const backend of ['native', 'wasm']) {
    for (const Class of classes) {
      // A view into a buffer whose only other holder is gone when the optimizer is made.
      const optimizer = new Class(
        [new Float32Array(new ArrayBuffer(4096), 64, 500).fill(1), new Float32Array(9000).fill(2)],
        { backend, ...(Class === SGD ? { momentum: 0.9 } : {}) },
      );
      for (let t = 0; t < 4; t++) {
        optimizer.step([gradient(500, t), t % 3 === 1 ? null : gradient(9000, t)]);
        new Class([new Float32Array(10)], { backend }).step([gradient(10, t)]);
        collect();
        if (t % 2 === 0) await turn();
        // Garbage where the collected was.
        new Float32Array(9000).fill(Number.NaN);
      }
      last.push(
        JSON.stringify(optimizer.stateDict(), (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)),
      );
    }
  }
  return last.join();
}

useThreads(2);
const undisturbed = await trained(() => {});
const disturbed = await trained(() => globalThis.gc());
if (undisturbed !== disturbed) throw new Error('other bits');
if (undisturbed.length < 100_000) throw new Error('nothing was compared');
console.log('collected, the same bits');
