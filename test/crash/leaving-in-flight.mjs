// The process is left while steps are under way on other threads, more of them than Node's pool has: leaving-in-flight.mjs
// HOW. One that ends of itself waits for them, and finds them done.
import { Adam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const [how] = process.argv.slice(2);
useThreads(4);
const n = 1_000_000;
const shared = value => new Float32Array(new SharedArrayBuffer(4 * n)).fill(value);
const grads = [shared(1)];
const params = Array.from({ length: 8 }, () => shared(0));
const optimizers = params.map(p => new Adam([p], { backend: 'native' }));

const ways = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('mine');
  },
  reject: () => {
    Promise.reject(new Error('mine'));
  },
  'of itself': () => {
    process.on('exit', () => {
      const whole = params.every(p => Math.abs(p[0] + 1e-3) < 1e-6 && p[n - 1] === p[0]);
      if (!whole || !optimizers.every(({ steps }) => steps === 1))
        throw new Error('left before they were done');
    });
  },
};

for (const optimizer of optimizers) optimizer.stepAsync(grads);
console.log(`leaving by ${how}`);
const wait = Math.floor(Math.random() * 5);
if (wait === 0) ways[how]();
else setTimeout(ways[how], wait);
