import { describe, expect, test } from 'vitest';
import { Adagrad } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('adagrad', Adagrad);
keepsStages(Adagrad, 'coupled', { lr: 0.1, lrDecay: 0.2, initialAccumulatorValue: 0.5 });
keepsStages(Adagrad, 'decoupled', { lr: 0.1, lrDecay: 0.5, decoupledWeightDecay: true });

describe('by hand', () => {
  // eps 1, g = 3, 4: s = 9, 25; p = 1 - 0.4 · 3/(3 + 1), then - 0.4 · 4/(5 + 1)
  // g = -5, 12: s = 25, 169; p = 0 + 0.4 · 5/6, then - 0.4 · 12/14
  worked('two steps', Adagrad, {
    options: { lr: 0.4, eps: 1 },
    start: [1, 0],
    grads: [
      [3, -5],
      [4, 12],
    ],
    gives: [
      [0.7, 1 / 3],
      [0.7 - 0.8 / 3, 1 / 3 - 2.4 / 7],
    ],
    state: { sum: [25, 169] },
  });

  // The learning rate is 0.4, 0.4/1.5, 0.4/2.
  worked('lrDecay begins after the first step', Adagrad, {
    options: { lr: 0.4, lrDecay: 0.5, eps: 1 },
    start: [1],
    grads: [[3], [4], [0]],
    gives: [[0.7], [0.7 - 1.6 / 9], [0.7 - 1.6 / 9]],
  });

  // s = 16 + 9 = 25: p = 1 - 0.4 · 3/6
  worked('initialAccumulatorValue', Adagrad, {
    options: { lr: 0.4, initialAccumulatorValue: 16, eps: 1 },
    start: [1],
    grads: [[3]],
    gives: [[0.8]],
    state: { sum: [25] },
  });

  // The sum has no eps in it: a first step is lr, less 1e-10 of it. Where there never was a gradient nothing moves.
  worked('the defaults', Adagrad, {
    options: {},
    start: [1, 1],
    grads: [[1e3, 0]],
    gives: [[0.99, 1]],
  });
});

describe('Duchi, Hazan and Singer 2011', () => {
  test('each element has a learning rate of its own, which never rises', () => {
    const param = new Float64Array(14);
    const optimizer = new Adagrad([param], { lr: 1, eps: 1e-300 });
    let rates = new Array<number>(14).fill(Infinity);
    for (let t = 0; t < 20; t++) {
      const before = param.slice();
      const gradient = waves(t, 14);
      optimizer.step([gradient]);
      const now = [...param].map((p, k) => (before[k]! - p) / gradient[k]!);
      now.forEach((rate, k) => {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(rates[k]! * (1 + 1e-9));
      });
      rates = now;
    }
    // Elements 3 and 10 have gradients a thousand times those of 0 and 7.
    expect(rates[0]! / rates[3]!).toBeGreaterThan(100);
  });

  test('a constant gradient moves by lr / sqrt(t)', () => {
    const param = Float64Array.of(0);
    const optimizer = new Adagrad([param], { lr: 1 });
    let sum = 0;
    for (let t = 1; t <= 50; t++) {
      optimizer.step([Float64Array.of(-7)]);
      sum += 1 / Math.sqrt(t);
      expect(param[0]).toBeCloseTo(sum, 8);
    }
  });
});
