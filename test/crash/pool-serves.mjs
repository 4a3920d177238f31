// Whether the threads that others left behind still do their work: a step that they share has the bits of one that is
// taken alone. Throws where it has not.
import { RAdam } from '../../dist/index.js';
import { useThreads } from './threads.mjs';

const n = 600_000;
const numbers = salt =>
  Float32Array.from({ length: n }, (_, i) => Math.fround(((i * salt) % 1009) / 1009 - 0.5));

function trained(threads, steps) {
  useThreads(threads);
  const p = numbers(7);
  const optimizer = new RAdam([p], { backend: 'native' });
  for (let t = 0; t < steps; t++) optimizer.step([numbers(13 + t)]);
  optimizer.dispose();
  return Buffer.from(p.buffer);
}

export function poolServes(threads = 4, steps = 3) {
  if (!trained(1, steps).equals(trained(threads, steps))) throw new Error('the pool computes other bits');
}
