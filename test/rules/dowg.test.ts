import { expect, test } from 'vitest';
import { DoWG, OptionError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

const options = ({ learningRate, ...others }: Record<string, never>) => ({ ...others, lr: learningRate });

followsGolden('dowg', DoWG, { options: options as never, ours: ['p0'] });
keepsStages(DoWG, 'coupled', { lr: 0.7, initEstimSqDist: 0.5 });

// r² = 4, V = 4 · 9; then the way of 2 · 4 · 3 / (6 + 2) = 3 is more: r² = 9, V = 36 + 9 · 5 = 81.
worked('by hand: the distance grows', DoWG, {
  options: { lr: 2, initEstimSqDist: 4, eps: 2 },
  start: [1, 7],
  grads: [
    [3, 0],
    [1, -2],
  ],
  gives: [
    [-2, 7],
    [-2 - 18 / 11, 7 + 36 / 11],
  ],
  state: { p0: [1, 7] },
});

onEachBackend(backend => {
  test('the square of the first distance is eps by itself', () => {
    const optimizer = new DoWG([Float64Array.of(1)], { eps: 0.25, backend });
    expect(optimizer.stateDict().model).toEqual({ estim_sq_dist: 0.25, weighted_sq_norm_grads: 0 });
    optimizer.step([Float64Array.of(2)]);
    expect(optimizer.stateDict().model).toEqual({ estim_sq_dist: 0.25, weighted_sq_norm_grads: 1 });
    expect(() => optimizer.set({ initEstimSqDist: 2 })).toThrow(OptionError);
  });
});
