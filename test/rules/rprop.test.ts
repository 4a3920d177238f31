import { describe, expect, test } from 'vitest';
import { Rprop } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('rprop', Rprop);
keepsStages(Rprop, 'none', { lr: 0.1 });

describe('by hand', () => {
  // Steps of element 0, g = 3, 1, -2, -5, -1:
  //   0.1 (no sign before), 0.12 (stays), 0.06 and no move (flips; the gradient is forgotten), 0.06 (no sign before),
  //   0.072 (stays)
  // Element 1, g = -1, 0, -1, -1, 1: 0.1; 0.1 and no move; 0.1 (0 before); 0.12; 0.06 and no move
  worked('five steps', Rprop, {
    options: { lr: 0.1 },
    start: [1, 1],
    grads: [
      [3, -1],
      [1, 0],
      [-2, -1],
      [-5, -1],
      [-1, 1],
    ],
    gives: [
      [0.9, 1.1],
      [0.78, 1.1],
      [0.78, 1.2],
      [0.84, 1.32],
      [0.912, 1.32],
    ],
    state: { prev: [-1, 0], step_size: [0.072, 0.06] },
  });

  // 0.5, 0.5 · 2 = 1, then 2, held at 1.5; flips: 1.5/4 = 0.375, held at 0.4
  worked('etas and stepSizes', Rprop, {
    options: { lr: 0.5, etas: [0.25, 2], stepSizes: [0.4, 1.5] },
    start: [10],
    grads: [[1], [1], [1], [-1], [-1]],
    gives: [[9.5], [8.5], [7], [7], [7.4]],
    state: { step_size: [0.4] },
  });

  // The step size is held within its bounds from the first step on.
  worked('an lr out of stepSizes', Rprop, {
    options: { lr: 0.5, stepSizes: [1e-6, 0.25] },
    start: [1],
    grads: [[7]],
    gives: [[0.75]],
  });

  worked('bounds that are one', Rprop, {
    options: { lr: 0.5, stepSizes: [0.25, 0.25] },
    start: [1],
    grads: [[7], [7]],
    gives: [[0.75], [0.5]],
  });

  worked('the defaults', Rprop, {
    options: {},
    start: [1],
    grads: [[1e-9], [1e9]],
    gives: [[0.99], [0.978]],
  });
});

describe('Riedmiller and Braun 1993', () => {
  const path = (size: (g: number) => number): Float64Array => {
    const param = new Float64Array(14);
    const optimizer = new Rprop([param]);
    for (let t = 0; t < 20; t++) optimizer.step([waves(t, 14).map(size)]);
    return param;
  };

  test('only the signs of the gradients count', () => {
    expect(path(Math.sign)).toEqual(path(g => g));
    expect(path(g => g * 1e-20)).toEqual(path(g => g));
    expect(path(g => -g)).not.toEqual(path(g => g));
  });

  test('step sizes stay within their bounds', () => {
    const optimizer = new Rprop([new Float64Array(14)], { stepSizes: [0.004, 0.02] });
    for (let t = 0; t < 30; t++) {
      optimizer.step([waves(t < 15 ? 0 : t, 14)]);
      for (const size of optimizer.stateDict().state[0]!.step_size as Float64Array) {
        expect(size).toBeGreaterThanOrEqual(0.004);
        expect(size).toBeLessThanOrEqual(0.02);
      }
    }
  });
});
