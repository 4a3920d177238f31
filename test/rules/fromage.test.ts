import { Fromage } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('fromage', Fromage, { ours: ['initial_norm'] });
keepsStages(Fromage, 'none', { lr: 0.1, pBound: 0.9 }, { scaleFree: true });

// √(1 + lr²) = 5 / 4; the step is 3 / 4 of the norm, 5, along the gradient. Then without a gradient only the scaling is left.
worked('by hand: two steps', Fromage, {
  options: { lr: 0.75 },
  start: [3, 4],
  grads: [
    [0, 2],
    [0, 0],
  ],
  gives: [
    [2.4, 0.2],
    [1.92, 0.16],
  ],
  state: { initial_norm: 5 },
});
worked('by hand: zeros take the gradient as it is', Fromage, {
  options: { lr: 0.75 },
  start: [0, 0],
  grads: [[1, -2]],
  gives: [[-0.6, 1.2]],
});
// The first step gives (3, 1.6) · 4 / 5, too long for half of 5; the second one (1, 2) out of (2, 4), which is short enough.
const [x, y] = [3, 4 - 3.75];
const norm = 0.8 * Math.hypot(x, y);
worked('by hand: a bound by the first norm', Fromage, {
  options: { lr: 0.75, pBound: 0.25 },
  start: [3, 4],
  grads: [[0, 2], null, [(1.25 * 0.8 * x) / norm, (1.25 * 0.8 * y) / norm]],
  gives: [
    [(1.25 * 0.8 * x) / norm, (1.25 * 0.8 * y) / norm],
    [(1.25 * 0.8 * x) / norm, (1.25 * 0.8 * y) / norm],
    [(0.25 * 0.8 * x * 1) / norm, (0.25 * 0.8 * y * 1) / norm],
  ],
  state: { initial_norm: 5 },
});
