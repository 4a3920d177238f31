// The system refuses to start threads: no-threads.mjs nproc | as. A step is then taken by those that there are, and has the
// same bits. By `nproc`, which does not bind root, or by `as`: no addresses are left for a thread's stack.
import { RAdam } from '../../dist/index.js';
import { limit, limitAddresses, threadsOfProcess, unlimitAddresses } from './limits.mjs';
import { useThreads } from './threads.mjs';

const [how] = process.argv.slice(2);
const n = 500_000;

function training() {
  const p = new Float32Array(n).fill(1);
  const optimizer = new RAdam([p], { backend: 'native' });
  const g = Float32Array.from({ length: n }, (_, i) => (i % 613) - 306);
  return { p, step: () => optimizer.step([g]) };
}

useThreads(1);
const alone = training();
const crowd = training();
alone.step();
alone.step();
const before = threadsOfProcess();
if (how === 'nproc') limit('nproc', 1);
// Less than a stack of 8 MiB.
else limitAddresses(6 << 20);
useThreads(64);
crowd.step();
const refused = threadsOfProcess() === before;
crowd.step();
if (how === 'as') unlimitAddresses();
if (!refused) {
  console.log(`skipped: this user's threads are not limited by ${how}`);
} else if (!Buffer.from(alone.p.buffer).equals(Buffer.from(crowd.p.buffer))) {
  throw new Error('other bits');
} else {
  console.log('no thread more, the same bits');
}
