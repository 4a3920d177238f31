import { describe, expect, test } from 'vitest';
import { Lion } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('lion', Lion);
keepsStages(Lion, 'decoupled', { lr: 0.1, betas: [0.7, 0.8] });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4. Element 0, g = 4, -1, -1:
  //   c = 4/2 = 2, up: p = 1 - 0.1; m = 4/4 = 1
  //   c = 1/2 - 1/2 = 0, no move; m = 3/4 - 1/4 = 1/2
  //   c = 1/4 - 1/2, down: p = 0.9 + 0.1; m = 3/8 - 1/4 = 1/8
  // Element 1 never has a gradient; element 2 has one of 1e-30 and then lives on its average.
  worked('three steps', Lion, {
    options: { lr: 0.1, betas: [0.5, 0.75] },
    start: [1, 5, 1],
    grads: [
      [4, 0, -1e-30],
      [-1, 0, 0],
      [-1, -0, 0],
    ],
    gives: [
      [0.9, 5, 1.1],
      [0.9, 5, 1.2],
      [1, 5, 1.3],
    ],
    state: { exp_avg: [0.125, 0, (-1e-30 * 9) / 64] },
  });

  // 5 (1 - 0.1 · 0.2) = 4.9, then -0.1; and without a gradient the decay alone
  worked('weightDecay', Lion, {
    options: { lr: 0.1, weightDecay: 0.2 },
    start: [5, 5],
    grads: [[1, 0]],
    gives: [[4.8, 4.9]],
    state: { exp_avg: [0.01, 0] },
  });

  test("the defaults are those of its authors' code", () => {
    const { groups } = new Lion([new Float32Array(1)]);
    expect({ ...groups[0] }).toMatchObject({ lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0 });
  });

  worked('the defaults', Lion, {
    options: {},
    start: [1],
    grads: [[-7]],
    gives: [[1.0001]],
    state: { exp_avg: [-0.07] },
  });
});

describe('Chen et al. 2023', () => {
  test('every element moves by lr, up or down', () => {
    const param = new Float64Array(14);
    const optimizer = new Lion([param], { lr: 0.25 });
    for (let t = 0; t < 20; t++) {
      const before = param.slice();
      optimizer.step([waves(t, 14)]);
      // Multiples of a quarter are exact.
      param.forEach((p, k) => {
        expect(Math.abs(p - before[k]!)).toBe(0.25);
      });
    }
  });

  test('equal betas are the sign of an average, with the gradient in it', () => {
    const param = new Float64Array(1);
    const optimizer = new Lion([param], { lr: 1, betas: [0.5, 0.5] });
    const moves = [8, -4, -4, 1].map(g => {
      const before = param[0]!;
      optimizer.step([Float64Array.of(g)]);
      return param[0]! - before;
    });
    // The average is 4, 0, -2, -1/2.
    expect(moves).toEqual([-1, 0, 1, 1]);
  });
});
