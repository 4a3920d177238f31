import { describe } from 'vitest';
import { Adan } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

// There the gradient before has its sign turned.
followsGolden('adan', Adan, { ours: ['previous_grad'], theirs: ['previous_grad'], float32: 1e-2 });
keepsStages(Adan, 'decoupled', { lr: 0.1, betas: [0.7, 0.8, 0.6], noProx: true });
keepsStages(Adan, 'own', { lr: 0.1, betas: [0.7, 0.8, 0.6], weightDecay: 0.1 });

describe('by hand', () => {
  // All betas 1/2. g = 4: no difference, m = 2, n = 8, corrected 4 / √16. g = 2: d = -2, m = 2, v = -1, n = 4 + 1 / 2; corrected by
  // 3/4 the step is (2 - 1/2) / (3/4) = 2 over √6.
  const second = 0.9 - 0.2 / Math.sqrt(6);
  const betas = [0.5, 0.5, 0.5];
  worked('two steps', Adan, {
    options: { lr: 0.1, betas, eps: 0 },
    start: [1],
    grads: [[4], [2]],
    gives: [[0.9], [second]],
    state: { exp_avg: [2], exp_avg_diff: [-1], exp_avg_sq: [4.5], previous_grad: [2] },
  });
  worked('weight decay divides', Adan, {
    options: { lr: 0.1, betas, eps: 0, weightDecay: 2 },
    start: [1],
    grads: [[4]],
    gives: [[0.9 / 1.2]],
  });
  worked('by 2, too', Adan, {
    options: { lr: 0.5, betas, eps: 0, weightDecay: 2 },
    start: [1],
    grads: [[4]],
    gives: [[0.25]],
  });
});
