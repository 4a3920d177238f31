import { describe } from 'vitest';
import { QHAdam } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('qhadam', QHAdam);
keepsStages(QHAdam, 'coupled', { lr: 0.1, betas: [0.7, 0.6], nus: [0.7, 0.5] });
keepsStages(QHAdam, 'decoupled', { lr: 0.1, weightDecouple: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4. At the first step all corrected averages are of g. g = -10: m̂ = -16/3, v̂ = 64.
  const m = 0.25 * -10 + (0.75 * -16) / 3;
  const v = 0.375 * 100 + 0.625 * 64;
  worked('two steps', QHAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], nus: [0.75, 0.625], eps: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.92], [0.92 - (0.1 * m) / (Math.sqrt(v) + 1)]],
    state: { exp_avg_uncorrected: [-4], exp_avg_sq_uncorrected: [28] },
  });
  worked('without averages', QHAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], nus: [0, 0], eps: 1 },
    start: [1],
    grads: [[4], [-9]],
    gives: [[0.92], [1.01]],
  });
  // As Adam's two steps
  worked('nus are 1', QHAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.92], [0.92 + 1.6 / 27]],
  });
  worked('the defaults', QHAdam, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.9990000000025]],
    state: { exp_avg_uncorrected: [0.4], exp_avg_sq_uncorrected: [0.016] },
  });
});
