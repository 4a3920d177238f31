import { describe } from 'vitest';
import { LAMB } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('lamb', LAMB);
keepsStages(LAMB, 'own', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1 });

describe('by hand', () => {
  // Averages that keep nothing: m / √v is the sign of g, of length √2; the parameter has length 5.
  const of = (length: number) => 0.1 * (length / Math.SQRT2);
  worked('the step has the length of the parameter', LAMB, {
    options: { lr: 0.1, betas: [0, 0], eps: 0, biasCorrection: false },
    start: [3, 4],
    grads: [[2, -7]],
    gives: [[3 - of(5), 4 + of(5)]],
    state: { exp_avg: [2, -7], exp_avg_sq: [4, 49] },
  });
  worked('or that of phiMax', LAMB, {
    options: { lr: 0.1, betas: [0, 0], eps: 0, biasCorrection: false, phiMax: 2 },
    start: [3, 4],
    grads: [[2, -7]],
    gives: [[3 - of(2), 4 + of(2)]],
  });
  worked('which is no limit to what is shorter', LAMB, {
    options: { lr: 0.1, betas: [0, 0], eps: 0, biasCorrection: false, phiMax: 10 },
    start: [3, 4],
    grads: [[2, -7]],
    gives: [[3 - of(5), 4 + of(5)]],
  });
  worked('a gradient of zeros moves nothing', LAMB, {
    options: { lr: 0.1 },
    start: [3, 4],
    grads: [[0, 0]],
    gives: [[3, 4]],
  });
  worked('a parameter of zeros takes the step as it is', LAMB, {
    options: { lr: 0.1, betas: [0, 0], eps: 0 },
    start: [0, 0],
    grads: [[2, -7]],
    gives: [[-0.1, 0.1]],
  });
});
