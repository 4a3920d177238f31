import { describe, expect, test } from 'vitest';
import { RMSprop } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('rmsprop', RMSprop);
keepsStages(RMSprop, 'coupled', { lr: 0.1 });
keepsStages(RMSprop, 'coupled', { lr: 0.1, momentum: 0.9 });
keepsStages(RMSprop, 'coupled', { lr: 0.1, centered: true, alpha: 0.7 });
keepsStages(RMSprop, 'coupled', { lr: 0.1, centered: true, alpha: 0.7, momentum: 0.9 });
keepsStages(RMSprop, 'decoupled', { lr: 0.1, alpha: 0.7, momentum: 0.9, decoupledWeightDecay: true });

describe('by hand', () => {
  // alpha 3/4, eps 1. g = 4, 2: v = 16/4 = 4, 3 + 4/4 = 4; p = 1 - 0.3 · 4/(2 + 1), then - 0.3 · 2/3
  // g = -8, 4: v = 16, 12 + 4 = 16; p = -1 + 0.3 · 8/5, then - 0.3 · 4/5
  worked('two steps', RMSprop, {
    options: { lr: 0.3, alpha: 0.75, eps: 1 },
    start: [1, -1],
    grads: [
      [4, -8],
      [2, 4],
    ],
    gives: [
      [0.6, -0.52],
      [0.4, -0.76],
    ],
    state: { square_avg: [4, 16] },
  });

  // The same, collected: b = 4/3, then half of it + 2/3 = 4/3; b = -8/5, then -4/5 + 4/5 = 0. The learning rate is not
  // in the buffer.
  worked('momentum', RMSprop, {
    options: { lr: 0.3, alpha: 0.75, eps: 1, momentum: 0.5 },
    start: [1, -1],
    grads: [
      [4, -8],
      [2, 4],
    ],
    gives: [
      [0.6, -0.52],
      [0.2, -0.52],
    ],
    state: { momentum_buffer: [4 / 3, 0] },
  });

  // alpha 1/2, eps 1, g = 4, 3:
  //   v = 8, 4 + 4.5 = 8.5; a = 2, 1 + 1.5 = 2.5; v - a² = 4, 2.25, roots 2, 1.5
  //   p = 1 - 0.3 · 4/3, then - 0.3 · 3/2.5
  worked('centered', RMSprop, {
    options: { lr: 0.3, alpha: 0.5, eps: 1, centered: true },
    start: [1],
    grads: [[4], [3]],
    gives: [[0.6], [0.24]],
    state: { square_avg: [8.5], grad_avg: [2.5] },
  });

  // b = 4/3, then 2/3 + 6/5 = 28/15; p = 1 - 0.3 b
  worked('centered with momentum', RMSprop, {
    options: { lr: 0.3, alpha: 0.5, eps: 1, centered: true, momentum: 0.5 },
    start: [1],
    grads: [[4], [3]],
    gives: [[0.6], [0.04]],
    state: { square_avg: [8.5], grad_avg: [2.5], momentum_buffer: [28 / 15] },
  });

  // g + p/2 = 3 + 1 = 4
  worked('weightDecay', RMSprop, {
    options: { lr: 0.3, alpha: 0.75, eps: 1, weightDecay: 0.5 },
    start: [2],
    grads: [[3]],
    gives: [[1.6]],
  });

  // v = 0.01 · 9, its root 0.3: 1 - 0.01 · 3/(0.3 + 1e-8)
  worked('the defaults', RMSprop, {
    options: {},
    start: [1],
    grads: [[3]],
    gives: [[1 - 0.03 / 0.30000001]],
    state: { square_avg: [0.09] },
  });
});

describe('properties', () => {
  test('a constant gradient ends up moving by lr, whatever its size', () => {
    const param = Float64Array.of(0, 0, 0);
    const optimizer = new RMSprop([param], { lr: 0.25, alpha: 0.5 });
    for (let t = 0; t < 80; t++) optimizer.step([Float64Array.of(1e-3, -1, 1e5)]);
    const before = param.slice();
    optimizer.step([Float64Array.of(1e-3, -1, 1e5)]);
    const moved = param.map((p, k) => p - before[k]!);
    expect(moved[0]).toBeCloseTo(-0.25, 4);
    expect(moved[1]).toBeCloseTo(0.25, 7);
    expect(moved[2]).toBeCloseTo(-0.25, 7);
  });

  // Graves 2013: the variance is at most the mean square, so that centered steps are at least as long.
  test('centered steps are no shorter', () => {
    const moves = [false, true].map(centered => {
      const param = new Float64Array(14);
      const optimizer = new RMSprop([param], { centered, alpha: 0.9 });
      return Array.from({ length: 10 }, (_, t) => {
        const before = param.slice();
        optimizer.step([waves(t, 14)]);
        return param.map((p, k) => Math.abs(p - before[k]!));
      });
    });
    moves[0]!.forEach((plain, t) => {
      plain.forEach((length, k) => {
        expect(moves[1]![t]![k]).toBeGreaterThan(length);
      });
    });
  });
});
