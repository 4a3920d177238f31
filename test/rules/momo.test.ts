import { describe, expect, test } from 'vitest';
import { MoMo } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('momo', MoMo, {
  options: ({ learningRate, ...hyper }, variant) => ({
    lr: learningRate,
    ...hyper,
    decayFirst: variant === 'optax',
  }),
  theirs: ['barf', 'gamma', 'lb'],
});
keepsStages(MoMo, 'own', { lr: 0.1, beta: 0.7, lowerBound: -3, weightDecay: 0.1 });

describe('by hand', () => {
  // d = 1, F = 2, c = 2, ⟨d, p⟩ = 2: down by (2 - 2 + 2) / 1. Then d = 2, F = 1.5, c = 1, ⟨d, p⟩ = 0: (1.5 - 1) / 4 = 1/8; then lr.
  worked('three steps', MoMo, {
    options: { lr: 4, beta: 0.5 },
    start: [2],
    grads: [[1], [3], [0]],
    losses: [2, 1, 1000],
    gives: [[0], [-0.25], [-0.25 - 4]],
    state: { exp_avg: [1] },
  });

  // A tensor whose first gradient comes late takes all of it; the loss' average goes on.
  test('a tensor that comes late', () => {
    const [early, late] = [Float64Array.of(2), Float64Array.of(5)];
    const optimizer = new MoMo([early, late], { lr: 4, beta: 0.5 });
    optimizer.step([Float64Array.of(1), null], { loss: 2 });
    // d = 1/2 and 3, F = 1.5, c = 1 + 15 / 2, ⟨d, p⟩ = 15, ‖d‖² = 9.25
    optimizer.step([Float64Array.of(0), Float64Array.of(3)], { loss: 1 });
    const rate = (1.5 - 8.5 + 15) / 9.25;
    expect(early[0]).toBeCloseTo(-rate / 2, 14);
    expect(late[0]).toBeCloseTo(5 - 3 * rate, 14);
    expect(optimizer.stateDict().model).toEqual({ barf: 1.5, gamma: 8.5, lb: 0 });
  });
});
