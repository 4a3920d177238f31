/**
 * `node out/bench/tuning.js`: what the constants of the engine were chosen by, which the races do not show. From how many
 * elements on it pays to wake other threads (`breakEven` of src/backends/native.ts), and what the proof of validity costs.
 */
import { availableParallelism } from 'node:os';
import { lengthOf } from '#lanestep/memory.js';
import { loadAddon } from '#lanestep/node/addon.js';
import type { Task } from './contestants/contestant.js';
import { gradientsOf, startOf } from './contestants/data.js';
import { load } from './contestants/lanestep.js';
import { duration } from './report/format.js';
import { median, pairedRatio } from './statistics.js';
import { Turns } from './turn.js';

const adam = (...lengths: number[]): Task => ({
  optimizer: 'Adam',
  rule: 'adam',
  closure: false,
  byLoss: false,
  byHessian: false,
  decoupled: false,
  options: { backend: 'native' },
  dtype: 'float32',
  lengths,
  gradients: 'same',
  passes: [{ kernel: '', read: 1, written: 3, over: 0 }],
});

/** One thread against all, after so much JavaScript between the steps that the others have fallen asleep. */
async function threads(): Promise<void> {
  const prepare = await load(1);
  if (typeof prepare === 'string') throw new Error(prepare);
  const addon = loadAddon();
  const all = availableParallelism();
  console.log(`Adam, float32: one thread against ${all}, after 1 ms of JavaScript`);
  for (const n of [3e4, 1e5, 2e5, 4e5, 8e5, 1.6e6, 3.2e6]) {
    const step = prepare(adam(n));
    if (typeof step === 'string') throw new Error(step);
    const times = [1, all].map(() => [] as number[]);
    for (let round = 0; round < 60; round++) {
      [1, all].forEach((count, k) => {
        addon.setThreads(count, 0);
        for (const until = performance.now() + 1; performance.now() < until; );
        const start = performance.now();
        step.run();
        times[k]!.push((performance.now() - start) / 1e3);
      });
    }
    const [one, several] = times as [number[], number[]];
    const gain = pairedRatio(one, several).value.toFixed(2);
    console.log(
      `  ${n.toLocaleString('en').padStart(9)}: ${duration(median(one))} -> ${duration(median(several))} (${gain} ×)`,
    );
    step.dispose();
  }
}

/** The length of a parameter and of its gradient, asked by the captured getter. */
function validity(): void {
  const task = adam(...Array(1000).fill(100));
  const params = startOf(task);
  const grads = gradientsOf(task);
  let wrong = 0;
  const turns = new Turns(() => {
    for (let i = 0; i < params.length; i++) {
      if (lengthOf(params[i]!) !== 100 || lengthOf(grads[i]!) !== 100) wrong++;
    }
  });
  turns.take(0.1);
  const seconds = median(Array.from({ length: 9 }, () => turns.take(0.02).seconds));
  console.log(`Proof of validity, parameter and gradient: ${duration(seconds / params.length)} a tensor`);
  if (wrong !== 0) throw new Error('a length changed');
}

validity();
if (availableParallelism() > 1) await threads();
