// Checkpoints that can be told apart: a generation's number stands in every element and decides the size, so that a mix
// of two of them, or a part of one, shows.
import { SGD } from '../../dist/index.js';

// From 10 kB to 8 MB, far apart from one generation to the next.
const lengthOf = generation => Math.round(1250 * 800 ** ((generation * 0.618_034) % 1));

/** The optimizer of a generation, with that number in all of its parameters and all of its state; or empty, to load one. */
export function generation(number, filled = true) {
  const w = new Float32Array(lengthOf(number));
  const optimizer = new SGD({ w }, { momentum: 0.9 });
  if (!filled) return { optimizer, w };
  const momentum = new Float32Array(w.length).fill(number);
  const { param_groups } = optimizer.stateDict();
  w.fill(number);
  optimizer.loadStateDict({
    state: { w: { step: number, momentum_buffer: momentum } },
    param_groups,
    steps: number,
  });
  return { optimizer, w };
}

/** Throws unless the file at this path is a generation, wholly. */
export async function expectGeneration(path, number) {
  const { optimizer, w } = generation(number, false);
  try {
    await optimizer.load(path, { params: true });
    const { state, steps } = optimizer.stateDict();
    const held = [steps, state.w.step, ...new Set(w), ...new Set(state.w.momentum_buffer)];
    if (held.some(value => value !== number)) throw new Error(`a mix of ${[...new Set(held)]}`);
  } finally {
    optimizer.dispose();
  }
}
