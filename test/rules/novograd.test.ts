import { describe } from 'vitest';
import { NovoGrad } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('novograd', NovoGrad);
keepsStages(NovoGrad, 'own', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1 });

describe('by hand', () => {
  // v = 25 at first, then 25 / 2 + 25 / 2: the root is 5.
  worked('two steps', NovoGrad, {
    options: { lr: 1, betas: [0.5, 0.5], eps: 0 },
    start: [0, 0],
    grads: [
      [3, 4],
      [0, 5],
    ],
    gives: [
      [-0.6, -0.8],
      [-0.9, -2.2],
    ],
    state: { exp_avg: [0.3, 1.4], exp_avg_sq: 25 },
  });
  worked('averaged, with weight decay', NovoGrad, {
    options: { lr: 1, betas: [0.5, 0.5], eps: 0, gradAveraging: true, weightDecay: 0.1 },
    start: [10, 0],
    grads: [[3, 4]],
    gives: [[10 - 0.8, -0.4]],
  });
});
