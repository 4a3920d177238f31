// The addon is loaded by one worker at a time and by nobody else, so that Node closes the library whenever the worker ends,
// while threads that it started may still be on their way to sleep, or at work: alone.mjs WORK COUNT. WORK is a file of
// workers/, which is told how to end.
import { Worker } from 'node:worker_threads';

const [work, count] = process.argv.slice(2);
const libraries = () =>
  process.report.getReport().sharedObjects.filter(path => path.endsWith('lanestep.node'));
if (libraries().length > 0) throw new Error('the main thread has loaded it');

const codes = { 'of itself': 0, 'process.exit': 3, terminated: 1, throwing: 1 };
const ends = Object.keys(codes);
for (let i = 0; i < count; i++) {
  const end = ends[i % ends.length];
  const worker = new Worker(new URL(`workers/${work}.mjs`, import.meta.url), { workerData: end });
  worker.once('message', () => worker.terminate());
  let error = null;
  worker.on('error', thrown => {
    error = thrown;
  });
  const code = await new Promise(resolve => worker.on('exit', resolve));
  if (code !== codes[end]) throw new Error(`a worker that ends ${end} ended with ${code}`, { cause: error });
  if ((error?.message === 'mine') !== (end === 'throwing')) throw error ?? new Error('nothing was thrown');
}
const { poolServes } = await import('./pool-serves.mjs');
poolServes(16, 10);
console.log(`${count} workers came and went`);
