/** All themes of the catalogue. */
import { averages } from './averages.js';
import type { Backend, Chapter, Code } from './case.js';
import { checkpoints } from './checkpoints.js';
import { construction } from './construction.js';
import { flight } from './flight.js';
import { gradients } from './gradients.js';
import { interference } from './interference.js';
import { moves } from './moves.js';
import { nesterov } from './nesterov.js';
import { options } from './options.js';
import { reentry } from './reentry.js';
import { schedulesAndSamplers } from './schedules.js';
import { states } from './states.js';
import { surroundings } from './surroundings.js';
import { twins } from './twins.js';

export const themes: readonly ((backend: Backend) => Chapter[])[] = [
  construction,
  gradients,
  moves,
  interference,
  options,
  reentry,
  flight,
  nesterov,
  averages,
  states,
  schedulesAndSamplers,
  surroundings,
  checkpoints,
  twins,
];

/** Codes that no case of a backend can come to, and why. */
export const elsewhere: Record<Backend, Partial<Record<Code, string>>> = {
  native: { NONFINITE: 'test/gradients.test.ts' },
  wasm: { NONFINITE: 'test/gradients.test.ts' },
};
