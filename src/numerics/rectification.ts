import { power } from './powers.js';

/** How far an average of squares can be trusted at a step. */
export interface Rectification {
  /** The length of the simple average that it is worth. */
  readonly length: number;
  /** What rectifies a step, below 1: the root of the variance at full length over that at this one. Real for lengths above 4. */
  readonly root: number;
}

/**
 * Of an average with decay rate `beta` that began at zero, after t steps (Liu et al. 2020):
 *
 *     L = 2 / (1 - beta) - 1        l = L - 2 t beta^t / (1 - beta^t)        r² = (l - 4)(l - 2) L / ((L - 4)(L - 2) l)
 */
export function rectification(beta: number, t: number): Rectification {
  const longest = 2 / (1 - beta) - 1;
  const length = longest - (2 * t * power(beta, t)) / (1 - power(beta, t));
  const variance = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
  return { length, root: Math.sqrt(variance) };
}
