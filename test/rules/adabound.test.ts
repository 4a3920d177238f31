import { describe } from 'vitest';
import { AdaBound } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adabound', AdaBound);
const options = { lr: 0.1, betas: [0.7, 0.8], finalLr: 0.05, gamma: 0.3 };
keepsStages(AdaBound, 'coupled', { ...options, amsbound: true });
keepsStages(AdaBound, 'decoupled', { ...options, weightDecouple: true });

describe('by hand', () => {
  // Averages that keep nothing: m = g, √v = |g|, a rate of lr / |g| = 2 and 1 / 50. At step 1 with gamma 1 the bounds are
  // finalLr / 2 and 2 finalLr, at step 2 they are 2/3 and 3/2 of it.
  const options = { lr: 1, betas: [0, 0], eps: 0, gamma: 0.5, finalLr: 0.3 };
  worked('the rate is between the bounds', AdaBound, {
    options,
    start: [1, 1, 1],
    grads: [
      [0.5, 50, 4],
      [0.5, 50, 4],
    ],
    gives: [
      [1 - 0.9 * 0.5, 1 - 0.1 * 50, 0],
      [1 - 0.9 * 0.5 - 0.6 * 0.5, 1 - 0.1 * 50 - 0.15 * 50, -1],
    ],
    state: { exp_avg: [0.5, 50, 4], exp_avg_sq: [0.25, 2500, 16] },
  });
  worked('gamma 0 has no bounds', AdaBound, {
    options: { ...options, gamma: 0, finalLr: 0 },
    start: [1, 1],
    grads: [[0.5, -50]],
    gives: [[0, 2]],
  });
  worked('an element without a gradient stays, with no eps either', AdaBound, {
    options,
    start: [1],
    grads: [[0]],
    gives: [[1]],
  });
  worked('amsbound divides by the largest so far', AdaBound, {
    options: { ...options, amsbound: true, gamma: 0 },
    start: [1],
    grads: [[4], [2]],
    gives: [[0], [-0.5]],
    state: { max_exp_avg_sq: [16] },
  });
  const decayed = { ...options, gamma: 0, lr: 0.5, weightDecay: 0.2, weightDecouple: true };
  worked('decay by itself', AdaBound, { options: decayed, start: [5], grads: [[3]], gives: [[4]] });
  worked('and without lr', AdaBound, {
    options: { ...decayed, fixedDecay: true },
    start: [5],
    grads: [[3]],
    gives: [[3.5]],
  });
  worked('of which coupled decay knows nothing', AdaBound, {
    options: { ...decayed, weightDecouple: false, fixedDecay: true },
    start: [5],
    grads: [[3]],
    gives: [[4.5]],
  });
});
