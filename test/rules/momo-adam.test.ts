import { describe } from 'vitest';
import { MoMoAdam } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('momo-adam', MoMoAdam, {
  options: ({ learningRate, b1, b2, ...hyper }, variant) => ({
    lr: learningRate,
    betas: [b1, b2],
    ...hyper,
    decayFirst: variant === 'optax',
  }),
  theirs: ['barf', 'gamma', 'lb'],
});
keepsStages(MoMoAdam, 'own', { lr: 0.1, betas: [0.7, 0.8], lowerBound: -3, weightDecay: 0.1 });

describe('by hand', () => {
  // D is 1 for a gradient of 1. d = 1/2, F = 1, c = 1, ⟨d, p⟩ = 1, ⟨d, d / D⟩ = 1/4: 4 is more than lr / b = 3 / (1/2), if lr is 3.
  worked('a step', MoMoAdam, {
    options: { lr: 1, betas: [0.5, 0.5], eps: 0 },
    start: [2],
    grads: [[1]],
    losses: [2],
    gives: [[1]],
    state: { exp_avg: [0.5], exp_avg_sq: [0.5] },
  });
  worked('a step by the loss', MoMoAdam, {
    options: { lr: 3, betas: [0.5, 0.5], eps: 0 },
    start: [2],
    grads: [[1]],
    losses: [2],
    gives: [[0]],
  });
});
