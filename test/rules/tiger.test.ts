import { describe, expect, test } from 'vitest';
import { Tiger } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('tiger', Tiger);
keepsStages(Tiger, 'decoupled', { lr: 0.1, beta: 0.7 });
keepsStages(Tiger, 'coupled', { lr: 0.1, beta: 0.7, weightDecouple: false, weightDecay: 0 });
keepsStages(Tiger, 'coupled', { lr: 0.1, beta: 0.7, weightDecouple: false, weightDecay: 0, lrScale: 'rms' });
keepsStages(Tiger, 'own', { lr: 0.1, beta: 0.7, lrScale: 'rms' });

describe('by hand', () => {
  // beta 3/4: m = g / 4, then 3/4 m + g / 4. The second gradient of the first element is too small to turn it.
  worked('two steps', Tiger, {
    options: { lr: 0.5, beta: 0.75, weightDecay: 0 },
    start: [1, 2, 3],
    grads: [
      [4, -4, 0],
      [-2, 20, 8],
    ],
    gives: [
      [0.5, 2.5, 3],
      [0, 2, 2.5],
    ],
    state: { exp_avg: [0.25, 4.25, 2] },
  });
  // √((1 + 49) / 2) = 5 by 0.1: r = 1/2. Then the root mean square of what that gave.
  const next = 0.1 * Math.sqrt((0.25 + 56.25) / 2);
  worked('by the root mean square', Tiger, {
    options: { lr: 0.1, beta: 0.75, weightDecay: 0, lrScale: 'rms' },
    start: [1, -7],
    grads: [
      [4, 4],
      [4, 4],
    ],
    gives: [
      [0.5, -7.5],
      [0.5 - next, -7.5 - next],
    ],
  });
  worked('which decays, too', Tiger, {
    options: { lr: 0.1, beta: 0.75, weightDecay: 0.2, lrScale: 'rms' },
    start: [1, -7],
    grads: [[4, 4]],
    gives: [[0.9 - 0.5, -6.3 - 0.5]],
  });
  worked('the defaults', Tiger, {
    options: {},
    start: [1, 0],
    grads: [
      [3, 3],
      [-20, -20],
    ],
    gives: [
      [1 - 1e-5 - 1e-3, -1e-3],
      [(1 - 1e-5 - 1e-3) * (1 - 1e-5) + 1e-3, -1e-3 * (1 - 1e-5) + 1e-3],
    ],
    state: { exp_avg: [0.105 * 0.965 - 0.7, 0.105 * 0.965 - 0.7] },
  });
});

test('each group has a scale of its own', () => {
  const [p, q, none] = [Float64Array.of(3, 3), Float64Array.of(3, 3), new Float64Array()];
  const optimizer = new Tiger([{ params: [p] }, { params: [q, none], lrScale: 'rms' }], {
    lr: 0.1,
    weightDecay: 0,
  });
  optimizer.step([[Float64Array.of(1, -1)], [Float64Array.of(1, -1), none]]);
  expect([...p]).toEqual([3 - 0.1, 3 + 0.1]);
  expect([...q]).toEqual([3 - 0.1 * 3, 3 + 0.1 * 3]);
  // m goes by its sign in both: 0.035 and -0.035 become larger than 0 at a gradient of 1.
  optimizer.set({ lrScale: 'none' });
  optimizer.step([[null], [Float64Array.of(1, 1), none]]);
  expect([...q]).toEqual([3 - 0.1 * 3 - 0.1, 3 + 0.1 * 3 - 0.1]);
  optimizer.dispose();
});
