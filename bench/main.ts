/**
 * `npm run bench`: the figures that README quotes, as ratios within one run. `npm run bench -- adam tensors` runs only the
 * parts of these names; see `parts` below for all of them.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import * as lanestep from 'lanestep';
import { lanestepAdam, loopAdam, roof, work } from './contestants.js';
import { type Contestant, compete, median, ratio, type Score } from './rounds.js';

const seconds = (x: number): string =>
  x < 1e-6
    ? `${(x * 1e9).toFixed(0)} ns`
    : x < 1e-3
      ? `${(x * 1e6).toFixed(2)} µs`
      : `${(x * 1e3).toFixed(3)} ms`;

function print(title: string, parameters: number, scores: readonly Score[], base: Score): void {
  console.log(`\n${title}`);
  for (const score of scores) {
    const time = median(score.samples);
    const of = score === base ? '' : `  ${ratio(base, score).toFixed(2)} × as fast as ${base.name}`;
    console.log(
      `  ${score.name.padEnd(22)} ${seconds(time).padStart(10)} ${((time * 1e9) / parameters).toFixed(3).padStart(8)} ns/param${of}`,
    );
  }
}

const hasNative = lanestep.backend().name === 'native';
const cores = lanestep.backend().threads;

/** Native on one thread and on all, WASM, the loop, and the roof. */
function contestants(tensors: number, length: number): Contestant[] {
  const pass = roof(work(tensors, length), 3);
  const onThreads = (threads: number): Contestant => {
    const step = lanestepAdam(work(tensors, length), 'native');
    return {
      name: `native x${threads}`,
      run: () => {
        lanestep.setThreads(threads);
        step();
      },
    };
  };
  return [
    { name: 'JavaScript loop', run: loopAdam(work(tensors, length)) },
    { name: 'wasm', run: lanestepAdam(work(tensors, length), 'wasm') },
    ...(hasNative ? [onThreads(1), ...(cores > 1 ? [onThreads(cores)] : [])] : []),
    ...(pass ? [{ name: 'roof', run: pass }] : []),
  ];
}

function race(title: string, tensors: number, length: number): void {
  const scores = compete(contestants(tensors, length), 9, length * tensors >= 1e7 ? 0.3 : 0.05);
  print(title, tensors * length, scores, scores[0]!);
  const native = scores.find(({ name }) => name === 'native x1');
  const top = scores.find(({ name }) => name === 'roof');
  if (native && top) console.log(`  native x1 takes ${ratio(native, top).toFixed(2)} × as long as the roof`);
}

/** Every optimizer, and how many arrays it writes: the parameter and its slots. */
const every = [
  [lanestep.SGD, 1],
  [lanestep.RMSprop, 2],
  [lanestep.Adagrad, 2],
  [lanestep.Adadelta, 3],
  [lanestep.Adam, 3],
  [lanestep.AdamW, 3],
  [lanestep.Adamax, 3],
  [lanestep.NAdam, 3],
  [lanestep.RAdam, 3],
  [lanestep.ASGD, 2],
  [lanestep.Rprop, 3],
  [lanestep.Lion, 2],
] as const;

const parts: Record<string, () => void> = {
  adam() {
    for (const n of [1e2, 1e3, 1e4, 1e5, 1e6, 1e7])
      race(`Adam, float32, one tensor of ${n.toLocaleString('en')}`, 1, n);
  },
  tensors() {
    race('Adam, float32, 1000 tensors of 100', 1000, 100);
    race('Adam, float32, 300 tensors of 10,000', 300, 10_000);
  },
  optimizers() {
    if (!hasNative) return console.log('\noptimizers: no native addon');
    lanestep.setThreads(1);
    console.log(
      '\nEvery optimizer, float32, one tensor of 1,000,000, native x1 against the roof of its own streams',
    );
    for (const [Class, written] of every) {
      const { name } = Class;
      const { params, grads } = work(1, 1e6);
      const optimizer = new Class(params, { backend: 'native' });
      const pass = roof(work(1, 1e6), written);
      const step = { name, run: () => optimizer.step(grads) };
      const [own, top] = compete(pass ? [step, { name: 'roof', run: pass }] : [step]);
      const of = top ? `, ${ratio(own!, top).toFixed(2)} × the roof` : '';
      console.log(`  ${name.padEnd(10)} ${seconds(median(own!.samples)).padStart(10)}${of}`);
      optimizer.dispose();
    }
  },
  checks() {
    const count = 1000;
    const { params, grads } = work(count, 100);
    const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Float32Array.prototype), 'length')!;
    const length: (array: Float32Array) => number = Function.prototype.call.bind(get!);
    let wrong = 0;
    const check = () => {
      for (let i = 0; i < count; i++) {
        if (length(params[i]!) !== 100 || length(grads[i]!) !== 100) wrong++;
      }
    };
    const [score] = compete([{ name: 'checks', run: check }]);
    console.log(
      `\nProof of validity, parameter and gradient: ${((median(score!.samples) * 1e9) / count).toFixed(1)} ns a tensor`,
    );
    if (wrong !== 0) throw new Error('a length changed');
  },
  threads() {
    if (!hasNative || cores < 2) return console.log('\nthreads: one core, or no native addon');
    // The addon itself, whose threads serve steps of any size when they are told to.
    const addon = createRequire(import.meta.url)('../../build/Release/lanestep.node');
    console.log(
      '\nAdam, float32: one thread against all, after 1 ms of JavaScript that lets the others fall asleep',
    );
    for (const n of [3e4, 1e5, 2e5, 4e5, 8e5, 1.6e6, 3.2e6]) {
      const asleep = lanestepAdam(work(1, n), 'native');
      const times = [1, cores].map(() => [] as number[]);
      for (let round = 0; round < 60; round++) {
        [1, cores].forEach((threads, k) => {
          addon.setThreads(threads, 0);
          for (const until = performance.now() + 1; performance.now() < until; );
          const start = performance.now();
          asleep();
          times[k]!.push((performance.now() - start) / 1e3);
        });
      }
      const [one, all] = times.map(median) as [number, number];
      console.log(
        `  ${n.toLocaleString('en').padStart(9)}: ${seconds(one)} -> ${seconds(all)} (${(one / all).toFixed(2)} ×)`,
      );
    }
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.find(name => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`Expected parts out of ${Object.keys(parts).join(', ')}, got ${unknown}`);
  process.exitCode = 2;
} else {
  const { name, instructionSet, threads, reason } = lanestep.backend();
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
  console.log(`lanestep on ${name} (${instructionSet}), ${threads} threads${reason ? `: ${reason}` : ''}`);
  for (const part of wanted.length > 0 ? wanted : Object.keys(parts)) parts[part]!();
}
