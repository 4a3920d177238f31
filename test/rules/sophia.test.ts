import { describe } from 'vitest';
import { Sophia } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('sophia', Sophia, { options: ({ updateInterval, ...hyper }) => hyper });
followsGolden('sophia-h-po', Sophia, {
  options: ({ pClip, ...hyper }) => ({ rho: pClip, gamma: 1, weightDecay: 0, ...hyper }),
  ours: ['exp_avg', 'hessian_ema'],
  theirs: ['momentum', 'hessian_moment'],
});
keepsStages(
  Sophia,
  'decoupled',
  { lr: 0.1, betas: [0.7, 0.8], gamma: 1, rho: 0.7, weightDecay: 0.1 },
  { scaleFree: true },
);

describe('by hand', () => {
  // m = 1, h = 4: 1 / (4/2). Then no Hessian: m = 1/2 + 3/2.
  worked('steps with and without a Hessian', Sophia, {
    options: { lr: 0.5, betas: [0.5, 0.5], gamma: 0.5, weightDecay: 0 },
    start: [0],
    grads: [[2], [3]],
    hessians: [[8], null],
    gives: [[-0.25], [-0.75]],
    state: { exp_avg: [2], hessian_ema: [4] },
  });
  worked('it is clipped, downhill and where the Hessian is below 0 or was never told', Sophia, {
    options: { lr: 0.5, betas: [0.5, 0.5], gamma: 1, rho: 0.5, weightDecay: 0 },
    start: [0, 0],
    grads: [
      [2, -2],
      [0, 0],
    ],
    hessians: [null, [-8, 8]],
    gives: [
      [-0.25, 0.25],
      [-0.5, 0.3125],
    ],
  });
});
