/** The roof: passes that move what a step moves, and compute next to nothing (bench/native/roof.cc). */
import { createRequire } from 'node:module';
import type { Module } from './contestant.js';

interface Roof {
  /** @param passes of each pass how many arrays it only reads, reads and writes back, only writes */
  prepare(lengths: readonly number[], passes: readonly number[], wide: boolean, threads: number): () => void;
}

export const load: Module['load'] = async threads => {
  let addon: Roof;
  try {
    addon = createRequire(import.meta.url)('../../../build/Release/roof.node');
  } catch {
    return 'is not built: `npm run build` in a clone, `npx lanestep build` elsewhere';
  }
  return ({ lengths, passes, dtype }) => ({
    run: addon.prepare(
      lengths,
      passes.flatMap(({ read, written, over }) => [read, written, over]),
      dtype === 'float64',
      threads,
    ),
    parameters: () => null,
    dispose: () => {},
  });
};
