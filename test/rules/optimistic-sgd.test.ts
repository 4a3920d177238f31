import { describe, expect, test } from 'vitest';
import { OptimisticSGD, SGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('optimistic-sgd', OptimisticSGD, {
  options: ({ learningRate, ...o }) => ({ ...o, lr: learningRate }),
});
keepsStages(OptimisticSGD, 'none', { lr: 0.1, alpha: 0.7, beta: 1.5 });

describe('by hand', () => {
  // No difference at first: 0.5 · 0.25 · 4. Then 0.25 · (-2) + 3 · (-2 - 4) = -18.5.
  worked('two steps', OptimisticSGD, {
    options: { lr: 0.5, alpha: 0.25, beta: 3 },
    start: [1],
    grads: [[4], null, [-2]],
    gives: [[0.5], [0.5], [9.75]],
    state: { previous_gradient: [-2] },
  });
  worked('the defaults', OptimisticSGD, {
    options: {},
    start: [1],
    grads: [[4], [-2]],
    gives: [[0.996], [1.004]],
  });
});

// Daskalakis et al. 2018, section 3: min over x, max over y of xy.
test('it goes to the point of rest of a game that plain descent goes away from', () => {
  const end = (Class: typeof OptimisticSGD | typeof SGD): number => {
    const [x, y] = [Float64Array.of(1), Float64Array.of(1)];
    const optimizer = new Class([x, y], { lr: 0.1 });
    for (let t = 0; t < 2000; t++) optimizer.step([Float64Array.of(y[0]!), Float64Array.of(-x[0]!)]);
    return Math.hypot(x[0]!, y[0]!);
  };
  expect(end(SGD)).toBeGreaterThan(100);
  expect(end(OptimisticSGD)).toBeLessThan(1e-3);
});
