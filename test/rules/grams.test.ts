import { describe } from 'vitest';
import { Grams } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('grams', Grams);
keepsStages(Grams, 'decoupled', { lr: 0.1, betas: [0.7, 0.8] });

describe('by hand', () => {
  // betas 1/2 and 3/4. g = 4: m = 2, v = 4, its root 2; corrected by √(1/4) / (1/2) = 1: 0.1 · 2/(2 + 2).
  // g = -10: m = 1 - 5 = -4, v = 3 + 25 = 28; corrected by √(7/16) / (3/4); against the sign of g, not of m.
  // g = 1: m = -2 + 1/2 = -1.5, v = 21 + 1/4: down, though m is below 0.
  const [second, third] = [
    0.95 + (0.1 * (Math.sqrt(7) / 3) * 4) / (Math.sqrt(28) + 2),
    (0.1 * (Math.sqrt(37 / 64) / (7 / 8)) * 1.5) / (Math.sqrt(21.25) + 2),
  ];
  worked('three steps', Grams, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 2 },
    start: [1],
    grads: [[4], [-10], [1]],
    gives: [[0.95], [second], [second - third]],
    state: { exp_avg: [-1.5], exp_avg_sq: [21.25] },
  });
  worked('without the correction', Grams, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 2, correctBias: false },
    start: [1],
    grads: [[4], [-10], [0]],
    gives: [[0.95], [0.95 + 0.4 / (Math.sqrt(28) + 2)], [0.95 + 0.4 / (Math.sqrt(28) + 2)]],
  });
  // m = g / 10, v = g² / 1000; corrected, 1e-3 · √1e-3 · 4 / (√0.016 + 1e-6)
  worked('the defaults', Grams, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[1 - (4e-3 * Math.sqrt(1e-3)) / (Math.sqrt(0.016) + 1e-6)]],
    state: { exp_avg: [0.4], exp_avg_sq: [0.016] },
  });
});
