import { describe, expect, test } from 'vitest';
import { TfjsAdamax } from '../../src/rules/tfjs-adamax.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';
import { onEachBackend } from './trajectory.js';

// The step size is computed in float32 in both types.
followsTfjsGolden('adamax', TfjsAdamax, { tolerance: 2e-6 });
stepsLikeStock('adamax', TfjsAdamax, {
  table: [
    { learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: null, decay: 0 },
    { learningRate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-5, decay: 0.1 },
    { learningRate: -0.01, beta1: 0, beta2: 0, epsilon: 0, decay: 1e-4 },
    { learningRate: 0.01, beta1: 0.9999, beta2: 0.5, epsilon: 0.1, decay: 3 },
  ],
});
keepsStages(TfjsAdamax, 'none', { lr: 0.1, betas: [0.8, 0.5] });

describe('by hand', () => {
  // beta1 1/2, beta2 0.8, eps 1/2, g = 2, 1/2, -6; lr 21/64, which float32 can divide by 1/2, 3/4 and 7/8:
  //   m = 1, 3/4, -21/8
  //   u = 2; max(1.6, 1/2); max(1.28, 6)
  //   p = 1 - 21/32 · 1/2.5, - 7/16 · 0.75/2.1, + 3/8 · 2.625/6.5
  // Element 1 has no gradient: u is nothing.
  const options = { lr: 21 / 64, betas: [0.5, 0.8], eps: 0.5 };
  worked('three steps', TfjsAdamax, {
    options,
    start: [1, -1],
    grads: [
      [2, 0],
      [0.5, 0],
      [-6, 0],
    ],
    gives: [
      [0.7375, -1],
      [0.58125, -1],
      [0.58125 + 0.984375 / 6.5, -1],
    ],
    state: { step: 3, m: [-2.625, 0], v: [6, 0], acc_beta1: 1 / 16 },
  });

  // lr = 63/64, over 1, 3/2, 2: 63/64, 21/32, 63/128; corrected 63/32, 7/8, 9/16
  worked('decay', TfjsAdamax, {
    options: { ...options, lr: 63 / 64, decay: 0.5 },
    start: [1],
    grads: [[2], [0.5], [-6]],
    gives: [[1 - 63 / 80], [1 - 63 / 80 - 5 / 16], [1 - 63 / 80 - 5 / 16 + 23.625 / 104]],
  });

  // The second step is the first with a gradient, and it is lr/(3/2)/(3/4) = 7/8 all the same: - 7/8 · (1/4)/(1/2 + 1/2)
  worked('a late first gradient has the learning rate of its step', TfjsAdamax, {
    options: { ...options, lr: 63 / 64, decay: 0.5 },
    start: [1],
    grads: [null, [0.5]],
    gives: [[1], [1 - 7 / 32]],
    state: { step: 2, m: [0.25], v: [0.5], acc_beta1: 1 / 8 },
  });

  // m = 0.4, u = 4, and a step size of float32
  const { fround } = Math;
  worked('the defaults', TfjsAdamax, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[1 - fround(fround(2e-3) / 0.10000002384185791) * (0.4 / 4.0000001)]],
    state: { m: [0.4], v: [4] },
  });
});

onEachBackend(backend => {
  // TensorFlow.js counts in float32, and 2^24 + 1 is no number of it: lr / (1 + 2^24 · 2^-23) for good.
  test('the learning rate decays no further than its counter counts', () => {
    for (const step of [2 ** 24, 2 ** 24 + 1, 2 ** 25]) {
      const param = Float64Array.of(1);
      const optimizer = new TfjsAdamax([param], { lr: 3, betas: [0, 0], eps: 1, decay: 2 ** -23, backend });
      const dict = optimizer.stateDict();
      optimizer.loadStateDict({
        ...dict,
        steps: step,
        state: { 0: { step, m: new Float64Array(1), v: new Float64Array(1), acc_beta1: 0 } },
      });
      optimizer.step([Float64Array.of(1)]);
      expect(param[0], `step ${step}`).toBe(0.5);
    }
  });

  test('a tensor that sits out keeps all but its count and its power', () => {
    const params = [Float32Array.of(1), Float32Array.of(1)];
    const optimizer = new TfjsAdamax(params, { backend, betas: [0.5, 0.75] });
    for (let t = 0; t < 2; t++) optimizer.step(params.map(() => Float32Array.of(3)));
    const [{ m, v }, at] = [optimizer.stateDict().state[1]!, params[1]![0]];
    optimizer.step([Float32Array.of(3), null]);
    const { state } = optimizer.stateDict();
    expect(state[1]).toEqual({ step: 3, m, v, acc_beta1: 0.5 ** 4 });
    expect(state[0]).toMatchObject({ step: 3, acc_beta1: 0.5 ** 4 });
    expect(params[1]![0]).toBe(at);
    expect(state[0]!.m).not.toEqual(m);
  });
});
