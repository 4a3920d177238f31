/**
 * `node out/bench/calls.js OTHER/dist/index.js [part of a name]`: short steps on one thread, of this build against another one's, turn by
 * turn in one process. What a call costs is in the races too, but beside the noise of processes. Medians of ratios.
 */
import { pathToFileURL } from 'node:url';
import * as ours from '#lanestep/index.js';
import { duration } from './report/format.js';
import { median, pairedRatio } from './statistics.js';

const [path, part = ''] = process.argv.slice(2);
if (path === undefined) throw new Error('Expected the path of another build, OTHER/dist/index.js');
const other = (await import(pathToFileURL(path).href)) as typeof ours;

const model = [512, 32, 1024, 32, 320, 10];
const many = Array<number>(1000).fill(100);

// Lengths of the tensors, and how many sets of gradients take turns: with more than one, they are new arrays at each step.
const cases: readonly (readonly [name: string, lengths: readonly number[], sets: number])[] = [
  ['one of 1', [1], 1],
  ['one of 100', [100], 1],
  ['six of a model', model, 1],
  ['1000 of 100', many, 1],
  ['one of 100, new gradients', [100], 8],
  ['six of a model, new gradients', model, 8],
  ['1000 of 100, new gradients', many, 8],
];

function stepper(lib: typeof ours, lengths: readonly number[], sets: number): (times: number) => void {
  const filled = (value: number) => lengths.map(length => new Float32Array(length).fill(value));
  const optimizer = new lib.Adam(filled(1), { backend: 'native' });
  const grads = Array.from({ length: sets }, () => filled(0.5));
  let next = 0;
  return times => {
    for (let i = 0; i < times; i++) {
      optimizer.step(grads[next]!);
      next = next + 1 === sets ? 0 : next + 1;
    }
  };
}

for (const lib of [other, ours]) lib.setThreads(1);
for (const [name, lengths, sets] of cases.filter(([each]) => each.includes(part))) {
  const steppers = [other, ours].map(lib => stepper(lib, lengths, sets));
  const steps = Math.ceil(2000 / lengths.length);
  for (const take of steppers) take(20 * steps);
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 61; round++) {
    for (const k of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const start = performance.now();
      steppers[k]!(steps);
      times[k]!.push((performance.now() - start) / 1e3 / steps);
    }
  }
  const [before, now] = times;
  const ratio = pairedRatio(now, before).value.toFixed(2);
  console.log(`${name.padEnd(30)} ${duration(median(before))} -> ${duration(median(now))} (${ratio} ×)`);
}
