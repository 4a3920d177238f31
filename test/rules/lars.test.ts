import { describe } from 'vitest';
import { LARS } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('lars', LARS);
keepsStages(LARS, 'own', { lr: 0.1, momentum: 0.7, weightDecay: 0.1, trustCoefficient: 0.5 });

describe('by hand', () => {
  // ‖p‖ = 5, ‖g‖ = 2: d = 5 / 2 g. Then no gradient, so that the ratio is 1, and the momentum goes on.
  worked('two steps', LARS, {
    options: { lr: 1, momentum: 0.5, weightDecay: 0, trustCoefficient: 1 },
    start: [3, 4],
    grads: [
      [0, 2],
      [0, 0],
    ],
    gives: [
      [3, -1],
      [3, -3.5],
    ],
    state: { momentum_buffer: [0, 2.5] },
  });
  // ‖g‖ + 0.2 ‖p‖ = 3 by the paper; g + 0.2 p is (0.6, 2.8), of length √8.2, by optax.
  worked('with weight decay', LARS, {
    options: { lr: 1, momentum: 0, weightDecay: 0.2, trustCoefficient: 1 },
    start: [3, 4],
    grads: [[0, 2]],
    gives: [[3 - (5 / 3) * 0.6, 4 - (5 / 3) * 2.8]],
  });
  const ratio = 5 / Math.sqrt(8.2);
  worked('in the norm', LARS, {
    options: { lr: 1, momentum: 0, weightDecay: 0.2, trustCoefficient: 1, decayInNorm: true },
    start: [3, 4],
    grads: [[0, 2]],
    gives: [[3 - ratio * 0.6, 4 - ratio * 2.8]],
  });
});
