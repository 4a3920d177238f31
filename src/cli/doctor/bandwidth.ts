// How fast memory is moved by the plainest of the kernels: an estimate, in a fifth of a second or so.
import type { Backend } from '../../backends/backend.js';
import { jobOf } from '../../reference/job-of.js';
import { variants } from '../../reference/variants.js';

/** A measurement. */
export interface Bandwidth {
  readonly threads: number;
  readonly gigabytesPerSecond: number;
}

/** Bytes of each of the two arrays: larger than the caches of nearly all processors. */
export const arrayBytes = 64 * 1024 * 1024;
const elements = arrayBytes / 4;
// The parameter and the gradient are read, the parameter is written back.
const bytesMoved = 3 * arrayBytes;
const milliseconds = 80;

/** The fastest pass of SGD over large arrays within some time, on so many threads. */
export function bandwidths(
  backend: Backend,
  threads: readonly number[],
  setThreads: (threads: number) => void,
): Bandwidth[] {
  const sgd = variants.find(({ kernel }) => kernel === 'sgd')!;
  const job = jobOf(sgd, 'float32', { lengths: [], steps: 1, numbers: 'near one' });
  // Filled, since memory that was never written is one and the same page.
  const p = new Float32Array(elements).fill(1);
  const g = new Float32Array(elements).fill(1e-3);
  const kernel = backend.prepare([p], Uint8Array.from(job.kept.map(Number)), [], false, sgd.rule.kernels);
  try {
    kernel.variantOf.fill(backend.variants.indexOf('sgd'));
    kernel.rows.set(job.steps[0]![0]!.row);
    kernel.bind([g]);
    return threads.map(n => {
      setThreads(n);
      kernel.run();
      let best = Infinity;
      const start = performance.now();
      do {
        const before = performance.now();
        kernel.run();
        best = Math.min(best, performance.now() - before);
      } while (performance.now() - start < milliseconds);
      return { threads: n, gigabytesPerSecond: bytesMoved / 1e6 / best };
    });
  } finally {
    kernel.dispose();
  }
}
