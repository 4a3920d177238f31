import { describe, expect, test } from 'vitest';
import { Adamax } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('adamax', Adamax);
keepsStages(Adamax, 'coupled', { lr: 0.1, betas: [0.8, 0.5] });
keepsStages(Adamax, 'decoupled', { lr: 0.1, betas: [0.7, 0.8], decoupledWeightDecay: true });

describe('by hand', () => {
  // beta1 1/2, beta2 0.8, eps 1/2, g = 2, 1/2, -6:
  //   m = 1, 3/4, -21/8; corrected by 1/2, 3/4, 7/8: 2, 1, -3
  //   u = 2 1/2; max(2, 1) = 2; max(1.6, 6 1/2) = 6 1/2
  //   p = 1 - 0.1 · 2/2.5, - 0.1 · 1/2, + 0.1 · 3/6.5
  // Element 1 has no gradient: u is eps and then decays, m is nothing.
  worked('three steps', Adamax, {
    options: { lr: 0.1, betas: [0.5, 0.8], eps: 0.5 },
    start: [1, -1],
    grads: [
      [2, 0],
      [0.5, 0],
      [-6, 0],
    ],
    gives: [
      [0.92, -1],
      [0.87, -1],
      [0.87 + 0.6 / 13, -1],
    ],
    state: { exp_avg: [-2.625, 0], exp_inf: [6.5, 0.5] },
  });

  // g + p/2 = 1 + 1 = 2
  worked('weightDecay', Adamax, {
    options: { lr: 0.1, betas: [0.5, 0.8], eps: 0.5, weightDecay: 0.5 },
    start: [2],
    grads: [[1]],
    gives: [[1.92]],
  });

  // m^ = g, u = g + 1e-8: 1 - 2e-3 · 4/(4 + 1e-8)
  worked('the defaults', Adamax, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.998000000005]],
    state: { exp_avg: [0.4], exp_inf: [4.00000001] },
  });
});

describe('Kingma and Ba 2015, section 7.1', () => {
  test('no step is longer than lr', () => {
    const param = new Float64Array(14);
    const optimizer = new Adamax([param], { lr: 0.01 });
    for (let t = 0; t < 40; t++) {
      const before = param.slice();
      optimizer.step([waves(t, 14)]);
      param.forEach((p, k) => {
        expect(Math.abs(p - before[k]!)).toBeLessThanOrEqual(0.01);
      });
    }
  });

  test('the norm is the largest of the decayed gradients', () => {
    const optimizer = new Adamax([new Float64Array(1)], { betas: [0.9, 0.5], eps: 1e-300 });
    const norms = [8, 1, 1, -3, 0].map(g => {
      optimizer.step([Float64Array.of(g)]);
      return (optimizer.stateDict().state[0]!.exp_inf as Float64Array)[0];
    });
    expect(norms).toEqual([8, 4, 2, 3, 1.5]);
  });
});
