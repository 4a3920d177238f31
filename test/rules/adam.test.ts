import { describe, expect, test } from 'vitest';
import { Adam, type AdamOptions } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('adam', Adam);
keepsStages(Adam, 'coupled', { lr: 0.1 });
keepsStages(Adam, 'coupled', { lr: 0.1, amsgrad: true, betas: [0.8, 0.5] });
keepsStages(Adam, 'decoupled', { lr: 0.1, decoupledWeightDecay: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, eps 1. Element 0, g = 4, -10:
  //   m = 2, 1 - 5 = -4; corrected by 1/2, 3/4: 4, -16/3
  //   v = 16/4 = 4, 3 + 100/4 = 28; corrected by 1/4, 7/16: 16, 64; roots 4, 8
  //   p = 1 - 0.1 · 4/5, then + 0.1 · (16/3)/9
  // Element 1 has three times the gradient, so three times m^ and the root: 12/13 and -16/25.
  worked('two steps', Adam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1, -1],
    grads: [
      [4, 12],
      [-10, -30],
    ],
    gives: [
      [0.92, -1 - 1.2 / 13],
      [0.92 + 1.6 / 27, -1 - 1.2 / 13 + 0.064],
    ],
    state: { exp_avg: [-4, -12], exp_avg_sq: [28, 252], step: 2 },
  });

  // beta1 1/2, beta2 9/16, eps 1, g = 5, 0:
  //   m = 5/2, 5/4; corrected 5, (5/4)/(3/4) = 5/3
  //   v = 7/16 · 25, then 9/16 of that: the maximum stays 175/16, and corrected by 175/256 it is 16, its root 4
  //   p = 1 - 0.6 · 5/6 = 0.5, then - 0.6 · (5/3)/5
  // With the maximum of corrected moments the root were 5, without amsgrad 3.
  worked('amsgrad takes the maximum before the correction', Adam, {
    options: { lr: 0.6, betas: [0.5, 0.5625], eps: 1, amsgrad: true },
    start: [1],
    grads: [[5], [0]],
    gives: [[0.5], [0.3]],
    state: { exp_avg_sq: [98.4375 / 16], max_exp_avg_sq: [10.9375] },
  });
  worked('the same without amsgrad', Adam, {
    options: { lr: 0.6, betas: [0.5, 0.5625], eps: 1 },
    start: [1],
    grads: [[5], [0]],
    gives: [[0.5], [0.25]],
  });

  // g + p/2 = 3 + 1 = 4: the first step of 'two steps', from 2
  worked('weightDecay goes through the moments', Adam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, weightDecay: 0.5 },
    start: [2],
    grads: [[3]],
    gives: [[1.92]],
    state: { exp_avg: [2], exp_avg_sq: [4] },
  });

  // 2 (1 - 0.1 / 2) = 1.9, then 0.1 · 4/5 as without decay
  worked('decoupledWeightDecay goes past them', Adam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, weightDecay: 0.5, decoupledWeightDecay: true },
    start: [2],
    grads: [[4]],
    gives: [[1.82]],
    state: { exp_avg: [2], exp_avg_sq: [4] },
  });

  // m^ = g and v^ = g² at the first step, whatever the betas: 1 - 1e-3 · 4/(4 + 1e-8)
  worked('the defaults', Adam, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.9990000000025]],
    state: { exp_avg: [0.4], exp_avg_sq: [0.016] },
  });

  // Every tensor has its own step count: after one step without a gradient, the first step again.
  worked('a skipped step does not count', Adam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [null, [4], null, [-10]],
    gives: [[1], [0.92], [0.92], [0.92 + 1.6 / 27]],
    state: { step: 2 },
  });
});

describe('Kingma and Ba 2015', () => {
  const path = (options: AdamOptions, scale = 1): Float64Array[] => {
    const param = new Float64Array(14).fill(1);
    const optimizer = new Adam([param], options);
    return Array.from({ length: 12 }, (_, t) => {
      optimizer.step([waves(t, 14).map(g => g * scale)]);
      return param.slice();
    });
  };

  test('the first step is lr in the direction against the gradient, whatever its size', () => {
    const [first] = path({ lr: 0.01, eps: 1e-12 });
    waves(0, 14).forEach((g, k) => {
      expect(1 - first![k]!).toBeCloseTo(0.01 * Math.sign(g), 6);
    });
  });

  test('a rescaling of the gradients cancels out, where eps is next to nothing', () => {
    const plain = path({ eps: 1e-200 });
    // A power of two rescales every moment exactly, so that even the bits stay.
    expect(path({ eps: 1e-200 }, 2 ** 20)).toEqual(plain);
    expect(path({ eps: 1e-3 }, 2 ** 20)).not.toEqual(plain);
  });

  // Section 2.1: |step| <= lr (1 - beta1) / √(1 - beta2), where 1 - beta1 > √(1 - beta2).
  test('no step is longer than its bound', () => {
    const bound = 0.01 * ((1 - 0.9) / Math.sqrt(1 - 0.999));
    const steps = path({ lr: 0.01 });
    for (let t = 1; t < steps.length; t++) {
      steps[t]!.forEach((p, k) => {
        expect(Math.abs(p - steps[t - 1]![k]!)).toBeLessThanOrEqual(bound);
      });
    }
  });

  test('beta1 = 0 and beta2 = 0 leave the sign', () => {
    const param = Float64Array.of(0, 0, 0);
    const optimizer = new Adam([param], { lr: 0.5, betas: [0, 0], eps: 1e-300 });
    optimizer.step([Float64Array.of(3, -1e-6, 0)]);
    expect([...param]).toEqual([-0.5, 0.5, 0]);
  });
});

describe('Reddi et al. 2018', () => {
  test('the largest second moment never falls, and is the largest', () => {
    const optimizer = new Adam([new Float64Array(14)], { amsgrad: true, betas: [0.9, 0.7] });
    let last: Float64Array = new Float64Array(14);
    let fell = false;
    let largest: Float64Array = new Float64Array(14);
    for (let t = 0; t < 30; t++) {
      optimizer.step([waves(t, 14)]);
      const { exp_avg_sq: v, max_exp_avg_sq: vmax } = optimizer.stateDict().state[0] as unknown as Record<
        string,
        Float64Array
      >;
      largest = largest.map((x, k) => Math.max(x, v![k]!));
      expect(vmax).toEqual(largest);
      fell ||= v!.some((x, k) => x < last[k]!);
      last = v!;
    }
    expect(fell).toBe(true);
  });

  // Section 3, example with beta1 = 0, beta2 = 1 / (1 + C²): gradients C, -1, -1 cycle, C > 2. The optimum over [-1, 1] is
  // -1, Adam is driven to +1, AMSGrad is not.
  test('AMSGrad converges where Adam does not', () => {
    const C = 4;
    const end = (amsgrad: boolean): number => {
      const param = Float64Array.of(0);
      const lr = (t: number): number => 0.5 / Math.sqrt(t);
      const optimizer = new Adam([param], { lr, betas: [0, 1 / (1 + C * C)], amsgrad });
      for (let t = 0; t < 6000; t++) {
        optimizer.step([Float64Array.of(t % 3 === 0 ? C : -1)]);
        param[0] = Math.min(1, Math.max(-1, param[0]!));
      }
      return param[0]!;
    };
    expect(end(false)).toBeGreaterThan(0.9);
    expect(end(true)).toBeLessThan(-0.9);
  });
});
