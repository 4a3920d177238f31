import { describe } from 'vitest';
import { AdaMod } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adamod', AdaMod);
const options = { lr: 0.1, betas: [0.7, 0.8, 0.6] };
keepsStages(AdaMod, 'decoupled', options);
keepsStages(AdaMod, 'coupled', { ...options, weightDecouple: false });

describe('by hand', () => {
  // Averages of moments that keep nothing: the rate is lr / (|g| + eps). Its average, half of which is kept, is 1/2 · 1/4, then
  // 1/16 + 1/2 · 1/8, and 1/16 + 1/2 · 2; the step has the smaller one.
  worked('the rate is at most its average', AdaMod, {
    options: { lr: 1, betas: [0, 0, 0.5], eps: 1 },
    start: [1],
    grads: [[3], [7], [-0.5]],
    gives: [[1 - 3 / 8], [1 - 3 / 8 - 7 / 8], [1 - 10 / 8 + 0.5 * (1 / 16 + 1 / 3)]],
    state: { exp_avg: [-0.5], exp_avg_sq: [0.25], exp_avg_lr: [1 / 16 + 1 / 3] },
  });
  worked('corrected', AdaMod, {
    options: { lr: 1, betas: [0.5, 0.75, 0], eps: 0 },
    start: [1],
    grads: [[4]],
    gives: [[0]],
    state: { exp_avg: [2], exp_avg_sq: [4], exp_avg_lr: [0.5] },
  });
});
