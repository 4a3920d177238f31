import { describe, expect, test } from 'vitest';
import { AdaPNM, OptionError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('adapnm', AdaPNM);
keepsStages(AdaPNM, 'decoupled', { lr: 0.1, betas: [0.7, 0.8, 0.3] });
keepsStages(AdaPNM, 'coupled', { lr: 0.1, betas: [0.7, 0.8, 0.3], amsgrad: false, decoupled: false });

describe('by hand', () => {
  // beta1 squared is 1/4; v keeps nothing; beta3 = 3: weights 4 and 3, their length 5. Corrections of 1/2 and 3/4.
  const options = { lr: 0.5, betas: [0.5, 0, 3], eps: 0 };
  worked('the momenta take turns', AdaPNM, {
    options: { ...options, amsgrad: false },
    start: [1],
    grads: [[4], [8]],
    gives: [[1 - 0.8 * (3 / 4)], [0.4 - ((0.4 * 6 - 0.3 * 3) * (4 / 3)) / 8]],
    state: { exp_avg: [3], neg_exp_avg: [6], exp_avg_sq: [64] },
  });
  worked('over the largest second moment so far', AdaPNM, {
    options,
    start: [1],
    grads: [[4], [-2]],
    gives: [[1 - 0.8 * (3 / 4)], [0.4 - ((-0.4 * 1.5 - 0.3 * 3) * (4 / 3)) / 4]],
    state: { neg_exp_avg: [-1.5], exp_avg_sq: [4], max_exp_avg_sq: [16] },
  });

  onEachBackend(backend => {
    test('the one that rests is left alone by an infinite gradient', () => {
      const optimizer = new AdaPNM([Float64Array.of(1)], { ...options, betas: [0.5, 0.5, 0], backend });
      for (const g of [4, Infinity]) optimizer.step([Float64Array.of(g)]);
      expect(optimizer.stateDict().state[0]).toMatchObject({
        exp_avg: Float64Array.of(3),
        neg_exp_avg: Float64Array.of(Infinity),
      });
    });
  });

  test.each([
    [[1, 0.5, 1], 'betas[0], got 1'],
    [[0.5, 1, 1], 'betas[1], got 1'],
  ])('averages that keep all are refused: %j', (betas, what) => {
    const make = () => new AdaPNM([new Float64Array(1)], { betas });
    expect(make).toThrow(OptionError);
    expect(make).toThrow(`Expected a number in [0, 1) for ${what}`);
  });
});
