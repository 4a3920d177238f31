// So many threads at every step that can be cut, woken whatever it takes. By itself a step leaves sleepers alone where that
// takes longer than the step, and these programs are about what happens among threads.
import { setThreads } from '../../dist/index.js';
import { loadAddon } from '../../dist/node/addon.js';

export function useThreads(threads) {
  setThreads(threads);
  loadAddon().setThreads(threads, 0);
}
