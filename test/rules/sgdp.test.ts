import { describe } from 'vitest';
import { SGDP } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('sgdp', SGDP);
keepsStages(SGDP, 'own', { lr: 0.1, momentum: 0.7, dampening: 0.2, weightDecay: 0.1, nesterov: true });

describe('by hand', () => {
  // b = g / 2, then b / 2 + g / 2. The first gradient goes along the first row; the second stands upright on both, and
  // ‖p‖ + eps is 6 and 3. Weight decay is 0.2 · 0.1 / (1 - 1 / 2), and half of it.
  const options = { lr: 0.2, momentum: 0.5, dampening: 0.5, weightDecay: 0.1, eps: 1, wdRatio: 0.5 };
  const first = [3 * 0.96 - 0.3, 4 * 0.96 - 0.4, 0, 2 * 0.96];
  const g = [-first[1]!, first[0]!, 7, 0];
  const b = [0.75 + g[0]! / 2, 1 + g[1]! / 2, 3.5, 0];
  const along = (first[0]! * b[0]! + first[1]! * b[1]!) / (Math.hypot(first[0]!, first[1]!) + 1) ** 2;
  worked('two steps', SGDP, {
    options: { ...options, shapes: [[2, 2, 1]] },
    start: [3, 4, 0, 2],
    grads: [[3, 4, 0, 0], g],
    gives: [
      first,
      [
        first[0]! * 0.98 - 0.2 * (b[0]! - first[0]! * along),
        first[1]! * 0.98 - 0.2 * (b[1]! - first[1]! * along),
        -0.7,
        2 * 0.96 * 0.98,
      ],
    ],
    state: { momentum: b },
  });
});
