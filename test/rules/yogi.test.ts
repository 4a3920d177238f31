import { describe, expect, test } from 'vitest';
import { OptionError, Yogi } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('yogi', Yogi);
keepsStages(Yogi, 'decoupled', { lr: 0.1, betas: [0.7, 0.6] });
keepsStages(Yogi, 'coupled', { lr: 0.1, betas: [0.7, 0.6], weightDecouple: false });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, from 8. g = 4: m = 6, corrected 12; v = 8 + 16/4 = 12, corrected 48.
  // g = 2: m = 4, corrected 16/3; v = 12 - 4/4 = 11, corrected 11 · 16/7.
  const first = 1 - 1.2 / (Math.sqrt(48) + 1);
  worked('two steps', Yogi, {
    options: { lr: 0.1, betas: [0.5, 0.75], initialAccumulator: 8, eps: 1 },
    start: [1],
    grads: [[4], [2]],
    gives: [[first], [first - 1.6 / 3 / (Math.sqrt(176 / 7) + 1)]],
    state: { exp_avg: [4], exp_avg_sq: [11] },
  });
  // Where v is the square, it stays.
  worked('no change', Yogi, {
    options: { lr: 0.1, betas: [0.5, 0.75], initialAccumulator: 4, eps: 0 },
    start: [1],
    grads: [[2]],
    gives: [[1 - 0.6 / 4]],
    state: { exp_avg_sq: [4] },
  });
  // m = 0.9e-6 + 0.4, v = 1e-6 + 0.016, corrected by 0.1 and 1e-3.
  worked('the defaults', Yogi, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[1 - (0.01 * 4.000009) / (Math.sqrt(16.001) + 1e-3)]],
    state: { exp_avg: [0.4000009], exp_avg_sq: [0.016001] },
  });
});

test('what both moments begin with is refused once there is state', () => {
  const optimizer = new Yogi([Float64Array.of(1)]);
  optimizer.set({ initialAccumulator: 4 });
  optimizer.step([Float64Array.of(2)]);
  expect(optimizer.stateDict().state[0]).toMatchObject({ exp_avg_sq: Float64Array.of(4) });
  expect(() => optimizer.set({ initialAccumulator: 1 })).toThrow(OptionError);
});
