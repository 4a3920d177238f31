import { describe } from 'vitest';
import { SignSGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('signsgd', SignSGD);
keepsStages(SignSGD, 'decoupled', { lr: 0.1, momentum: 0.7 });

describe('by hand', () => {
  // momentum 3/4: b = g / 4, then 3/4 b + g / 4. The second gradient of the first element is too small to turn it.
  worked('Signum', SignSGD, {
    options: { lr: 0.5, momentum: 0.75 },
    start: [1, 2, 3],
    grads: [
      [4, -4, 0],
      [-2, 20, 8],
    ],
    gives: [
      [0.5, 2.5, 3],
      [0, 2, 2.5],
    ],
    state: { momentum_buffer: [0.25, 4.25, 2] },
  });
  worked('signSGD', SignSGD, {
    options: { lr: 0.5, momentum: 0 },
    start: [1, 2, 3],
    grads: [
      [4, -4, 0],
      [-2, 20, Number.NaN],
    ],
    gives: [
      [0.5, 2.5, 3],
      [1, 2, 3],
    ],
  });
  worked('the defaults', SignSGD, {
    options: {},
    start: [1],
    grads: [[3], [-20]],
    gives: [[0.99], [1]],
    state: { momentum_buffer: [-1.73] },
  });
});
