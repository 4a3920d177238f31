/**
 * `node out/bench/state.js`: what the races do not show of steps off the JavaScript thread, and of checkpoints. How long
 * stepAsync keeps JavaScript busy, and what it costs against step; how fast a state is saved and loaded, against files that
 * are written and read at once, and how much memory that takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Adam } from '#lanestep/index.js';
import { median, pairedRatio } from './statistics.js';

const shared = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(4 * length)).fill(0.5);

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const micro = (ms: number): string => `${(1e3 * ms).toFixed(0)} µs`;

/** step and stepAsync in turn, over the same arrays. */
async function steps(length: number, rounds: number): Promise<void> {
  const optimizer = new Adam([shared(length)], { backend: 'native' });
  const grads = [shared(length)] as const;
  const [plain, off, calls]: [number[], number[], number[]] = [[], [], []];
  for (let round = -5; round < rounds; round++) {
    const one = await timed(() => optimizer.step(grads));
    const start = performance.now();
    const under = optimizer.stepAsync(grads);
    const call = performance.now() - start;
    await under;
    const other = performance.now() - start;
    if (round < 0) continue;
    plain.push(one);
    off.push(other);
    calls.push(call);
  }
  // What the loop of events did meanwhile, the end of each step with it.
  const before = performance.eventLoopUtilization();
  for (let round = 0; round < rounds; round++) await optimizer.stepAsync(grads);
  const { active } = performance.eventLoopUtilization(before);
  const ratio = pairedRatio(off, plain);
  console.log(
    `  ${length.toLocaleString('en').padStart(10)}: step ${micro(median(plain))}, stepAsync ${ratio.value.toFixed(3)} × ` +
      `(${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}); the call ${micro(median(calls))}, ` +
      `JavaScript busy ${micro(active / rounds)} a step`,
  );
  optimizer.dispose();
}

/** The most memory that the process had while it worked, beyond what it had before. */
async function most(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  await work();
  clearInterval(look);
  return Math.max(peak, process.memoryUsage.rss()) - before;
}

async function writeAtOnce(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
}

/** Saving and loading in turn with files of as many bytes. */
async function checkpoints(length: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
  try {
    const optimizer = new Adam([new Float32Array(length).fill(1)], { backend: 'native' });
    optimizer.step([new Float32Array(length).fill(1)]);
    const [ours, plain] = [join(folder, 'ours'), join(folder, 'plain')];
    const memory = await most(() => optimizer.save(ours));
    const loadMemory = await most(() => optimizer.load(ours));
    const bytes = new Uint8Array(12 * length);
    const times: Record<string, number[]> = { save: [], write: [], load: [], read: [] };
    for (let round = 0; round < rounds; round++) {
      times.save!.push(await timed(() => optimizer.save(ours)));
      times.write!.push(await timed(() => writeAtOnce(plain, bytes)));
      times.load!.push(await timed(() => optimizer.load(ours)));
      times.read!.push(await timed(() => readFile(plain)));
    }
    const rate = (name: string) => `${((12 * length) / 1e6 / median(times[name]!)).toFixed(2)} GB/s`;
    const ratio = (a: string, b: string) => `${pairedRatio(times[a]!, times[b]!).value.toFixed(2)} ×`;
    console.log(
      `  ${(12 * length).toLocaleString('en').padStart(13)} bytes: save ${rate('save')} (${ratio('save', 'write')} a plain write), ` +
        `load ${rate('load')} (${ratio('load', 'read')} a plain read); ` +
        `memory beyond the state ${(memory / 1e6).toFixed(0)} and ${(loadMemory / 1e6).toFixed(0)} MB`,
    );
    optimizer.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log('Adam, float32: a step on the JavaScript thread and off it, in turn');
for (const [length, rounds] of [
  [1e4, 400],
  [1e5, 300],
  [1e6, 100],
  [1e7, 40],
] as const)
  await steps(length, rounds);
console.log('Adam, float32: checkpoints of parameters and state, against files written and read at once');
for (const [length, rounds] of [
  [1e6, 9],
  [1e7, 5],
  [1e8, 3],
] as const)
  await checkpoints(length, rounds);
