/** The roof: a pass that moves what a step moves, and computes next to nothing (bench/native/roof.cc). */
import { createRequire } from 'node:module';
import type { Module } from './contestant.js';

interface Roof {
  prepare(lengths: readonly number[], written: number, wide: boolean, threads: number): () => void;
}

export const load: Module['load'] = async threads => {
  let addon: Roof;
  try {
    addon = createRequire(import.meta.url)('../../../build/Release/roof.node');
  } catch {
    return 'is not built: `npm run build` in a clone, `npx lanestep build` elsewhere';
  }
  return ({ lengths, written, dtype }) => ({
    run: addon.prepare(lengths, written, dtype === 'float64', threads),
    parameters: () => null,
    dispose: () => {},
  });
};
