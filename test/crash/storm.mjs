// Ends workers at random moments, some while they load, most while they are at work: storm.mjs WORK COUNT. WORK is a
// file of workers/, which posts a message once it is at work and then goes on for ever.
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { poolServes } from './pool-serves.mjs';

const [work, count] = process.argv.slice(2);

const atOnce = 4;
const terminated = { working: 0, loading: 0 };
let left = Number(count);

async function oneAfterAnother() {
  while (left > 0) {
    left--;
    const worker = new Worker(new URL(`workers/${work}.mjs`, import.meta.url));
    let told = false;
    const ended = new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', code =>
        told ? resolve() : reject(new Error(`a worker ended by itself, with ${code}`)),
      );
    });
    const early = Math.random() < 0.2;
    if (early) await Promise.race([sleep(Math.random() * 60), ended]);
    else await Promise.race([new Promise(resolve => worker.once('message', resolve)), ended]);
    // Zero milliseconds are a moment, too: the worker has just said so.
    const wait = Math.floor(Math.random() * 6);
    if (!early && wait > 0) await Promise.race([sleep(wait), ended]);
    told = true;
    await worker.terminate();
    await ended;
    if (early) {
      terminated.loading++;
      left++;
    } else {
      terminated.working++;
    }
  }
}

await Promise.all(Array.from({ length: atOnce }, oneAfterAnother));
poolServes();
console.log(`terminated ${terminated.working} at work, ${terminated.loading} loading`);
