// The addon is loaded by one worker at a time and by nobody else, so that Node closes the library whenever the worker ends,
// while threads that it started may still be on their way to sleep: alone.mjs COUNT.
import { Worker } from 'node:worker_threads';

const [count] = process.argv.slice(2).map(Number);
const libraries = () =>
  process.report.getReport().sharedObjects.filter(path => path.endsWith('lanestep.node'));
if (libraries().length > 0) throw new Error('the main thread has loaded it');

const ends = ['of itself', 'process.exit', 'terminated'];
for (let i = 0; i < count; i++) {
  const how = ends[i % ends.length];
  const worker = new Worker(new URL('workers/some-steps.mjs', import.meta.url), { workerData: { how } });
  const expected = { 'of itself': 0, 'process.exit': 3, terminated: 1 }[how];
  if (how === 'terminated') worker.once('message', () => worker.terminate());
  const code = await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  if (code !== expected) throw new Error(`a worker that ends ${how} ended with ${code}`);
}
const { poolServes } = await import('./pool-serves.mjs');
poolServes(16, 10);
console.log(`${count} workers came and went`);
