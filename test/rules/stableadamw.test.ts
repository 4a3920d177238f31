import { StableAdamW } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('stableadamw', StableAdamW);
keepsStages(StableAdamW, 'own', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1 });

// At the second step both averages take 1/3 of what was and 2/3 of the gradient. v is 4, then 4/3 + 2/3 · 100 = 68; of the
// second element 1, then 1. The mean of 100 / 68 and 1 is above 1.
const rms = Math.sqrt((100 / 68 + 1) / 2);
const keep = 1 - (0.5 / rms) * 0.1;
worked('by hand: a gradient that exceeds its second moment', StableAdamW, {
  options: { lr: 0.5, betas: [0.5, 0.5], eps: 0, weightDecay: 0.1 },
  start: [2, -1],
  grads: [
    [2, 1],
    [10, 1],
  ],
  gives: [
    [2 * 0.95 - 0.5, -0.95 - 0.5],
    [1.4 * keep - ((0.5 / rms) * (2 / 3 + 20 / 3)) / Math.sqrt(68), -1.45 * keep - 0.5 / rms],
  ],
  state: { exp_avg: [22 / 3, 1], exp_avg_sq: [68, 1] },
});
// eps is 4: the gradient is no more than half of that, and the step 2 / (2 + 4).
worked('by hand: eps', StableAdamW, {
  options: { lr: 0.3, eps: 4, weightDecay: 0 },
  start: [1],
  grads: [[2]],
  gives: [[0.9]],
});
