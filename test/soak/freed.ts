/** Whether dispose() itself frees a state, and does not leave it to the collector. */
import { Adam } from '../../src/index.js';
import type { Stock } from './stock.js';

const times = 100;
// What the other thread may come to meanwhile.
const noise = 64 * 2 ** 20;

/** Makes and disposes optimizers that all stay reachable. Throws where memory grew by a good part of what they had. */
export function checkFreed(stock: Stock): void {
  const params = stock.places('freed', 'large', 'float32');
  const bytes = times * 2 * params.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const backend of ['native', 'wasm'] as const) {
    const before = process.memoryUsage.rss();
    const kept = Array.from({ length: times }, () => {
      const optimizer = new Adam(params, { backend });
      // A state is there when it was written: this writes what it begins with.
      optimizer.loadStateDict(optimizer.stateDict());
      optimizer.dispose();
      return optimizer;
    });
    const grown = process.memoryUsage.rss() - before;
    if (kept.length === times && grown > bytes / 3 + noise)
      throw new Error(
        `${times} ${backend} optimizers were disposed, and memory grew by ${(grown / 2 ** 20).toFixed(0)} MiB`,
      );
  }
}
