// Steps without end, and keeps all that it gets of them.
import { Adam } from '../../../dist/index.js';
import { useThreads } from '../threads.mjs';

useThreads(3);
const large = new Adam([new Float32Array(300_000)], { backend: 'native' });
const grads = [new Float32Array(300_000)];
const hoard = [];
for (;;) {
  large.step(grads);
  for (let i = 0; i < 50; i++) {
    const optimizer = new Adam({ a: new Float32Array(10), b: new Float64Array(10) }, { backend: 'native' });
    optimizer.step({ a: new Float32Array(10), b: null });
    hoard.push(optimizer, optimizer.stateDict());
  }
}
