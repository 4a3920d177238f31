import { describe } from 'vitest';
import { AdaHessian } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adahessian', AdaHessian, { options: ({ updateInterval, ...hyper }) => hyper });
keepsStages(AdaHessian, 'decoupled', { lr: 0.1, betas: [0.7, 0.8], eps: 0.01, weightDecay: 0.1 });
keepsStages(AdaHessian, 'coupled', { lr: 0.1, hessianPower: 0.7, eps: 0.01, weightDecouple: false });

describe('by hand', () => {
  // m / (1 - beta1) is g, h / (1 - beta2) is D²: 3 / (4 + 1).
  worked('a step', AdaHessian, {
    options: { lr: 1, betas: [0.5, 0.5], eps: 1 },
    start: [2],
    grads: [[3]],
    hessians: [[-4]],
    gives: [[2 - 3 / 5]],
    state: { exp_avg: [1.5], exp_hessian_diag_sq: [8] },
  });
  // h stays 8 where no Hessian is told, while its correction goes on: 8 / (3/4). m is 1, over 3/4.
  worked('a step without a Hessian', AdaHessian, {
    options: { lr: 1, betas: [0.5, 0.5], eps: 0 },
    start: [0],
    grads: [[4], [0]],
    hessians: [[4], null],
    gives: [[-1], [-1 - 1 / 0.75 / Math.sqrt(8 / 0.75)]],
    state: { exp_avg: [1], exp_hessian_diag_sq: [8] },
  });
  // The root of the root of 16.
  worked('a power', AdaHessian, {
    options: { lr: 1, betas: [0.5, 0.75], eps: 0, hessianPower: 0.5 },
    start: [0],
    grads: [[3]],
    hessians: [[16]],
    gives: [[-0.75]],
  });
  worked('a power of 0: momentum alone', AdaHessian, {
    options: { lr: 1, betas: [0.5, 0.75], eps: 0, hessianPower: 0 },
    start: [0],
    grads: [[3]],
    hessians: [[16]],
    gives: [[-3]],
  });
});
