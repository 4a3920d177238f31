// A worker whose heap is full is ended by the engine in the middle of what it does, and what it does are steps: COUNT times.
import { Worker } from 'node:worker_threads';
import { poolServes } from './pool-serves.mjs';

const [count] = process.argv.slice(2).map(Number);
for (let i = 0; i < count; i++) {
  const worker = new Worker(new URL('workers/hoards.mjs', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 2 },
  });
  const { code } = await new Promise(resolve => worker.on('error', resolve));
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') throw new Error(`a worker ended with ${code}`);
}
poolServes();
console.log(`${count} ran out of memory`);
