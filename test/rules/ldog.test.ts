import { expect, test } from 'vitest';
import { LDoG } from '../../src/index.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('dog', LDoG, {
  options: ({ learningRate, repsRel, ...others }) => ({ ...others, lr: learningRate!, initStep: repsRel! }),
  ours: ['p0'],
  // A distance is a difference of what is nearly alike.
  scalars32: 1e-4,
  only: ({ variant }) => variant === 'layer_wise',
});
keepsStages(LDoG, 'coupled', { lr: 0.7, initBy: 'distance', initStep: 0.5 });

onEachBackend(backend => {
  test('each tensor has its own distance and sum', () => {
    const params = [Float64Array.of(3), Float64Array.of(-4)];
    const optimizer = new LDoG(params, { initBy: 'distance', initStep: 1, eps: 0, lr: 0.5, backend });
    optimizer.step([Float64Array.of(2), Float64Array.of(-8)]);
    expect(params.map(([x]) => x)).toEqual([2.5, -3.5]);
    optimizer.step([null, Float64Array.of(6)]);
    expect(params.map(([x]) => x)).toEqual([2.5, -3.8]);
    const { state } = optimizer.stateDict();
    expect(state[0]).toMatchObject({ max_dist: 1, sum_sq_norm_grads: 4, step: 1 });
    expect(state[1]).toMatchObject({ max_dist: 1, sum_sq_norm_grads: 100, step: 2 });
    expect(optimizer.stateDict().model).toBeUndefined();
  });
});
