import { describe } from 'vitest';
import { DiffGrad } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('diffgrad', DiffGrad);
keepsStages(DiffGrad, 'coupled', { lr: 0.1, betas: [0.7, 0.8] });

describe('by hand', () => {
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));
  // Averages that keep nothing: g / (|g| + eps) times the logistic function of the change.
  worked('the step goes by how much the gradient changes', DiffGrad, {
    options: { lr: 0.1, betas: [0, 0], eps: 1 },
    start: [1, 1],
    grads: [
      [3, -0.25],
      [1, -0.25],
    ],
    gives: [
      [1 - 0.075 * logistic(3), 1 + 0.02 * logistic(0.25)],
      [1 - 0.075 * logistic(3) - 0.05 * logistic(2), 1 + 0.02 * logistic(0.25) + 0.01],
    ],
    state: { previous_grad: [1, -0.25] },
  });
  // m = 2 and v = 4: corrected by √(1/4) / (1/2) = 1. A change of 1000 is none of less than all.
  worked('corrected', DiffGrad, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 0 },
    start: [1],
    grads: [[1000]],
    gives: [[0.9]],
    state: { exp_avg: [500], exp_avg_sq: [250_000] },
  });
});
