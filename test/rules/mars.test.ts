import { describe, expect, test } from 'vitest';
import { MARS } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('mars', MARS);
keepsStages(MARS, 'decoupled', { lr: 0.1, betas: [0.7, 0.8], gamma: 0.5, amsgrad: true });
keepsStages(MARS, 'decoupled', { lr: 0.1, betas: [0.7, 0.8], gamma: 0.5, marsType: 'lion' });

describe('by hand', () => {
  // beta1 / (1 - beta1) = 1, so c = g + (g - before) / 2. [3/8, 0] becomes [9/16, 0], shorter than 1; then [27/8, -4] becomes
  // [39/8, -6], ..., which is clipped to length 1.
  const options = { lr: 0.1, betas: [0.5, 0], eps: 0, gamma: 0.5 };
  const size = Math.hypot(39 / 8, 6);
  const m = [9 / 64 + 39 / 16 / size, -3 / size];
  worked('the change is added, and all clipped', MARS, {
    options: { ...options, eps: 1 },
    start: [1, 1],
    grads: [
      [3 / 8, 0],
      [27 / 8, -4],
    ],
    gives: [
      [1 - (0.1 * (9 / 16)) / (1 + 9 / 16), 1],
      [
        1 - 0.036 - (0.1 * (4 / 3) * m[0]!) / (39 / 8 / size + 1),
        1 - (0.1 * (4 / 3) * m[1]!) / (6 / size + 1),
      ],
    ],
    state: { last_grad: [27 / 8, -4], exp_avg: m, exp_avg_sq: [(39 / 8 / size) ** 2, (6 / size) ** 2] },
  });
  worked('the largest second moment so far', MARS, {
    options: { ...options, gamma: 0, amsgrad: true, betas: [0, 0] },
    start: [1],
    grads: [[0.5], [0.25]],
    gives: [[0.9], [0.85]],
    state: { exp_avg_sq: [1 / 16], max_exp_avg_sq: [0.25] },
  });
  worked('the sign of the average', MARS, {
    options: { ...options, marsType: 'lion', betas: [0.5, 0.9], amsgrad: true },
    start: [1],
    grads: [[0.5], [-0.25], [-0.5]],
    gives: [[0.9], [1], [1.1]],
  });

  onEachBackend(backend => {
    test('lion has no second moment, and each tensor its own norm', () => {
      const params = [Float64Array.of(1), Float64Array.of(1)];
      const optimizer = new MARS(params, {
        marsType: 'lion',
        betas: [0, 0],
        weightDecay: 1,
        lr: 0.25,
        backend,
      });
      optimizer.step([Float64Array.of(4), Float64Array.of(-0.5)]);
      expect(optimizer.stateDict().state).toEqual({
        0: { step: 1, last_grad: Float64Array.of(4), exp_avg: Float64Array.of(1) },
        1: { step: 1, last_grad: Float64Array.of(-0.5), exp_avg: Float64Array.of(-0.5) },
      });
      expect([params[0]![0], params[1]![0]]).toEqual([0.5, 1]);
    });
  });
});
