import { describe } from 'vitest';
import { ADOPT } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adopt', ADOPT);
keepsStages(ADOPT, 'coupled', { lr: 0.1, betas: [0.7, 0.6] });
keepsStages(ADOPT, 'own', { lr: 0.1, betas: [0.7, 0.6], decouple: true, weightDecay: 0.1, clip: false });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4. v = 16, no step. g = 10: n = 10/4, m = 5/4, v = 12 + 25. g = 0: m = 5/8.
  worked('three steps', ADOPT, {
    options: { lr: 0.1, betas: [0.5, 0.75], clip: false },
    start: [1],
    grads: [[4], [10], [0]],
    gives: [[1], [0.875], [0.8125]],
    state: { exp_avg: [0.625], exp_avg_sq: [27.75] },
  });
  // Clipped at 1, then at the fourth roots of 2, 3, 4; beta1 0 leaves n itself, beta2 0 the last square.
  const [two, three] = [2 ** 0.25, 3 ** 0.25];
  worked('clipped', ADOPT, {
    options: { lr: 1, betas: [0, 0] },
    start: [0],
    grads: [[4], [10], [-100], [-1e3], [-1e3]],
    gives: [[0], [-1], [two - 1], [two + three - 1], [two + three]],
  });
  worked('eps is the least that divides', ADOPT, {
    options: { lr: 1, betas: [0.5, 0], eps: 2, clip: false },
    start: [0],
    grads: [[1], [8], [8]],
    gives: [[0], [-2], [-3.5]],
  });
  // The first step does nothing with p. n = 10/4, m = 5/4.
  worked('decoupled', ADOPT, {
    options: { lr: 0.1, betas: [0.5, 0.75], clip: false, weightDecay: 2, decouple: true },
    start: [1],
    grads: [[4], [10]],
    gives: [[1], [0.675]],
    state: { exp_avg: [1.25], exp_avg_sq: [37] },
  });
  // g + p = 4, and in v, too
  worked('coupled', ADOPT, {
    options: { lr: 0.1, betas: [0.5, 0.75], clip: false, weightDecay: 1 },
    start: [1],
    grads: [[3], [9]],
    gives: [[1], [0.875]],
    state: { exp_avg: [1.25], exp_avg_sq: [37] },
  });
  // n = 1 by the clip; v = 0.9999 · 16 + 1e-4 · 64
  worked('the defaults', ADOPT, {
    options: {},
    start: [1],
    grads: [[4], [8]],
    gives: [[1], [0.9999]],
    state: { exp_avg: [0.1], exp_avg_sq: [16.0048] },
  });
  worked('the least divisor by default', ADOPT, {
    options: { clip: false },
    start: [0],
    grads: [[0], [1e-6]],
    gives: [[0], [-1e-4]],
  });
});
