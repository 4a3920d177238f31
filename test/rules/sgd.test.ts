import { describe, expect, test } from 'vitest';
import { SGD, type SGDOptions } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, followsGolden } from './trajectory.js';

followsGolden('sgd', SGD);
keepsStages(SGD, 'coupled', { lr: 0.1 });
keepsStages(SGD, 'coupled', { lr: 0.1, momentum: 0.9, dampening: 0.3 });
keepsStages(SGD, 'coupled', { lr: 0.1, momentum: 0.9, nesterov: true });
keepsStages(SGD, 'decoupled', { lr: 0.1, momentum: 0.9, decoupledWeightDecay: true });

describe('by hand', () => {
  // p - lr g: 1 - 0.1 10, -2 - 0.1 (-5); then 0 - 0.1 1, -1.5 - 0.1 4
  worked('plain', SGD, {
    options: { lr: 0.1 },
    start: [1, -2],
    grads: [
      [10, -5],
      [1, 4],
    ],
    gives: [
      [0, -1.5],
      [-0.1, -1.9],
    ],
  });

  // b = b/2 + g = 1, 2 1/2, 5 1/4; p = p - b/10
  worked('momentum', SGD, {
    options: { lr: 0.1, momentum: 0.5 },
    start: [1],
    grads: [[1], [2], [4]],
    gives: [[0.9], [0.65], [0.125]],
    state: { momentum_buffer: [5.25] },
  });

  // The first gradient enters whole: b = 1; then b = b/2 + (1 - 1/4) g = 1/2 + 3/2 = 2, 1 + 3 = 4
  worked('dampening leaves the first step alone', SGD, {
    options: { lr: 0.1, momentum: 0.5, dampening: 0.25 },
    start: [1],
    grads: [[1], [2], [4]],
    gives: [[0.9], [0.7], [0.3]],
    state: { momentum_buffer: [4] },
  });

  // A tensor's first step is the first one with a gradient: b = 2, then 1 + 3/4 · 4 = 4
  worked('dampening leaves the first step of each tensor alone', SGD, {
    options: { lr: 0.1, momentum: 0.5, dampening: 0.25 },
    start: [1],
    grads: [null, [2], [4]],
    gives: [[1], [0.8], [0.4]],
  });

  // PyTorch reads the dampening only with momentum.
  worked('dampening without momentum', SGD, {
    options: { lr: 0.1, dampening: 0.25 },
    start: [1],
    grads: [[1], [2]],
    gives: [[0.9], [0.7]],
  });

  // Where the momentum is 0 there is no dampening either, and the buffer is left alone.
  worked('dampening where a function gives no momentum', SGD, {
    options: { lr: 0.1, momentum: () => 0, dampening: 0.25 },
    start: [1],
    grads: [[1], [2]],
    gives: [[0.9], [0.7]],
    state: { momentum_buffer: [0] },
  });

  // The kernel without a buffer is for the first step only, whoever sits out the second: b = 0, then 1/2 · 0 + 2.
  worked('a momentum that begins while a tensor has no gradient', SGD, {
    options: { lr: 0.1, momentum: (t: number) => (t === 1 ? 0 : 0.5) },
    start: [1],
    grads: [[1], null, [2]],
    gives: [[0.9], [0.9], [0.7]],
    state: { momentum_buffer: [2] },
  });

  // b = 1, 2 1/2, 5 1/4; g + b/2 = 1 1/2, 3 1/4, 6 5/8; p = p - (g + b/2)/10
  worked('nesterov', SGD, {
    options: { lr: 0.1, momentum: 0.5, nesterov: true },
    start: [1],
    grads: [[1], [2], [4]],
    gives: [[0.85], [0.525], [-0.1375]],
  });

  // g + p/2 = 1 + 1 = 2, p = 2 - 0.2; g + p/2 = 1 + 0.9, p = 1.8 - 0.19
  worked('weightDecay', SGD, {
    options: { lr: 0.1, weightDecay: 0.5 },
    start: [2],
    grads: [[1], [1]],
    gives: [[1.8], [1.61]],
  });
});

describe('state', () => {
  test.each<[SGDOptions, string[]]>([
    [{}, []],
    [{ momentum: 0.5 }, ['momentum_buffer']],
    [{ momentum: 1 }, ['momentum_buffer']],
    [{ momentum: () => 0 }, ['momentum_buffer']],
    [{ momentum: 1, nesterov: true }, ['momentum_buffer']],
  ])('of %o is %j', (options, slots) => {
    expect(new SGD([new Float64Array(1)], options).slots).toEqual([slots]);
  });

  // b = 4/2 + 2/2
  test('may be one of PyTorch, which counts no steps of SGD', () => {
    const param = Float64Array.of(1);
    const optimizer = new SGD([param], { lr: 1, momentum: 0.5, dampening: 0.5 });
    const state = { 0: { momentum_buffer: Float64Array.of(4) } };
    optimizer.loadStateDict({ state, param_groups: [{ params: [0] }] } as never);
    optimizer.step([Float64Array.of(2)]);
    expect([...param]).toEqual([-2]);
  });
});

describe('properties', () => {
  test('a constant gradient brings momentum to 1 / (1 - momentum) times the plain step', () => {
    const param = new Float64Array(1);
    const optimizer = new SGD([param], { lr: 0.01, momentum: 0.9 });
    for (let t = 0; t < 500; t++) optimizer.step([Float64Array.of(3)]);
    const before = param[0]!;
    optimizer.step([Float64Array.of(3)]);
    expect(before - param[0]!).toBeCloseTo((0.01 * 3) / (1 - 0.9), 10);
  });

  // On f = a x²/2 a step is p (1 - lr a): below 2 / a it shrinks, above it grows.
  test('plain descent of a parabola contracts below lr = 2 / curvature and nowhere else', () => {
    const endOf = (lr: number): number => {
      const param = Float64Array.of(1);
      const optimizer = new SGD([param], { lr });
      for (let t = 0; t < 20; t++) optimizer.step([Float64Array.of(4 * param[0]!)]);
      return param[0]!;
    };
    expectNear([endOf(0.25), endOf(0.5), endOf(0.125)], [0, 1, 0.5 ** 20], [1]);
    expect(Math.abs(endOf(0.49))).toBeLessThan(1);
    expect(Math.abs(endOf(0.51))).toBeGreaterThan(1);
  });
});
