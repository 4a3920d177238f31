import { expect, test } from 'vitest';
import { DoG, OptionError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, type Hypers, onEachBackend } from './trajectory.js';

/** optax' pair as the two options that it is here. */
const options = ({ learningRate, initStep, ...others }: Hypers): Hypers => {
  const [initBy, value] = initStep as unknown as [string, number];
  return {
    ...others,
    lr: learningRate!,
    initBy: initBy === 'learning_rate' ? 'rate' : initBy,
    initStep: value,
  } as Hypers;
};

// A distance is a difference of what is nearly alike.
followsGolden('dog', DoG, {
  options,
  ours: ['p0'],
  float32: 3e-2,
  only: ({ variant }) => variant === undefined,
});
keepsStages(DoG, 'coupled', { lr: 0.7, initBy: 'distance', initStep: 0.5, eps: 0.1 });

// S = 16 - 1/4 + 1/4, so √(S + eps) = 4, and the first distance is 2 (1 + 5); then S = 16 + 9.
const eps = 0.25;
worked('by hand: the distance grows', DoG, {
  options: { lr: 0.5, initStep: 2, eps },
  start: [3, -4],
  grads: [
    [0, Math.sqrt(16 - eps)],
    [0, 3],
  ],
  gives: [
    [3, -4 - 1.5 * Math.sqrt(16 - eps)],
    [3, -4 - 1.5 * Math.sqrt(16 - eps) - (0.5 * 12 * 3) / 5],
  ],
  state: { p0: [3, -4] },
});
// Without a gradient nothing begins; then 2 is the rate, as far as lr lets it: the way is 2 · 4 / 2, and at last 4 the distance.
worked('by hand: a rate until the parameters have moved', DoG, {
  options: { lr: (t: number) => (t === 2 ? 0 : 0.5), initBy: 'rate', initStep: 2, eps: 0 },
  start: [1],
  grads: [null, [3], [4], [-12]],
  gives: [[1], [1], [-3], [-3 + (0.5 * 4 * 12) / 13]],
});

onEachBackend(backend => {
  test('nothing begins before a gradient does', () => {
    const p = Float64Array.of(3, 4);
    const optimizer = new DoG([p], { initBy: 'heuristic', initStep: 1, backend });
    optimizer.step([Float64Array.of(0, 0)]);
    expect(optimizer.stateDict().model).toEqual({ max_dist: 0, sum_sq_norm_grads: 0 });
    optimizer.step([Float64Array.of(0, 2)]);
    expect(optimizer.stateDict().model).toEqual({ max_dist: 6, sum_sq_norm_grads: 4 });
    expect(() => optimizer.set({ initStep: 2 })).toThrow(OptionError);
    expect(() => optimizer.set({ initBy: 'rate' })).toThrow(OptionError);
  });

  test('the model is all tensors, and one may come later', () => {
    const [a, b] = [Float64Array.of(3), Float64Array.of(-4)];
    const optimizer = new DoG([a, b], { initBy: 'distance', initStep: 1, eps: 0, backend });
    optimizer.step([Float64Array.of(2), null]);
    expect([a[0], b[0]]).toEqual([2, -4]);
    optimizer.step([Float64Array.of(2), Float64Array.of(1)]);
    // The distance is 1, which a came; b begins where it is.
    expect([a[0], b[0]]).toEqual([2 - 2 / 3, -4 - 1 / 3]);
    optimizer.step([Float64Array.of(0), Float64Array.of(4)]);
    const distance = Math.hypot(5 / 3, 1 / 3);
    expect(optimizer.stateDict().model!['max_dist']).toBeCloseTo(distance, 14);
    expect(b[0]).toBeCloseTo(-4 - 1 / 3 - (4 * distance) / 5, 14);
  });
});
