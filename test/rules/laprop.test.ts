import { describe, expect, test } from 'vitest';
import { LaProp } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('laprop', LaProp, { ours: ['exp_avg_lr_1'] });
keepsStages(LaProp, 'own', { lr: 0.1, betas: [0.7, 0.6], weightDecay: 0.1 });
keepsStages(LaProp, 'own', { lr: 0.1, betas: [0.7, 0.6], amsgrad: true, centered: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, eps 1. g = 4: v = 4, corrected 16; m = 0.1/2 · 4/5, corrected 0.1 · 4/5.
  // g = -10: v = 28, corrected 64; m = 0.02 - 0.05 · 10/9, over 3/4.
  const m = 0.02 - 0.5 / 9;
  worked('two steps', LaProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.92], [0.92 - (m * 4) / 3]],
    state: { exp_avg: [m], exp_avg_sq: [28], exp_avg_lr_1: 0.075 },
  });
  worked('the decay comes after the step', LaProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, weightDecay: 0.25 },
    start: [1],
    grads: [[4]],
    gives: [[0.69]],
  });
  worked('with lr', LaProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, weightDecay: 0.25, fixedDecay: false },
    start: [1],
    grads: [[4]],
    gives: [[0.92 * 0.975]],
  });
  // The average of the rates is 0.4/2, then 0.1 + 0.1/2 = 0.15; g / √v̂ = 1 both times: m = 0.2, then 0.15, and a step is lr.
  worked('a rate that changes', LaProp, {
    options: { lr: (t: number) => (t === 1 ? 0.4 : 0.1), betas: [0.5, 0.75], eps: 0 },
    start: [1],
    grads: [[4], [4]],
    gives: [[0.6], [0.5]],
    state: { exp_avg: [0.15], exp_avg_lr_1: 0.15 },
  });
  worked('a rate of 0 moves nothing', LaProp, {
    options: { lr: (t: number) => (t === 1 ? 0.4 : 0), betas: [0.5, 0.75], eps: 0 },
    start: [1],
    grads: [[4], [4]],
    gives: [[0.6], [0.6]],
  });
  worked('a rate that begins with 0', LaProp, {
    options: { lr: (t: number) => (t === 1 ? 0 : 0.1), betas: [0.5, 0.75], eps: 0 },
    start: [1],
    grads: [[4], [4]],
    gives: [[1], [0.9]],
    state: { exp_avg: [0.05], exp_avg_lr_1: 0.05 },
  });
  // m = 0.6/2 · 5/6. The maximum stays 175/16, corrected 16: m = 0.25/2 + 0.6/2 · 2/5.
  worked('amsgrad', LaProp, {
    options: { lr: 0.6, betas: [0.5, 0.5625], eps: 1, amsgrad: true },
    start: [1],
    grads: [[5], [2]],
    gives: [[0.5], [0.5 - 0.245 / 0.75]],
    state: { exp_avg: [0.245], exp_avg_sq: [98.4375 / 16 + 1.75], max_exp_avg_sq: [10.9375] },
  });
  // 1 - 4e-4 · 4 / (4 + 1e-15), and no decay
  worked('the defaults', LaProp, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.9996]],
    state: { exp_avg: [0.1 * 4e-4], exp_avg_sq: [0.016], exp_avg_lr_1: 4e-5 },
  });
});

// beta1 0: each step is lr g over what divides it. With beta2 0 the square and the mean are the last ones, and nothing lies between
// them: then only eps divides.
test('centered begins with the eleventh step', () => {
  const param = Float64Array.of(0);
  const optimizer = new LaProp([param], { lr: 1, betas: [0, 0], eps: 0.5, centered: true });
  const moves = Array.from({ length: 12 }, () => {
    const before = param[0]!;
    optimizer.step([Float64Array.of(3)]);
    return before - param[0]!;
  });
  moves.slice(0, 10).forEach(move => {
    expect(move).toBeCloseTo(3 / 3.5, 12);
  });
  expect(moves[10]).toBeCloseTo(6, 12);
  expect(moves[11]).toBeCloseTo(6, 12);
});
