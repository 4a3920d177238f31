import { describe, expect, test } from 'vitest';
import { NAdam } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('nadam', NAdam);
keepsStages(NAdam, 'coupled', { lr: 0.1, momentumDecay: 0.5 });
keepsStages(NAdam, 'decoupled', { lr: 0.1, decoupledWeightDecay: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, eps 1, momentumDecay 1:
  //   mu = (1 - 0.48)/2, (1 - 0.4608)/2, (1 - 0.442368)/2 = 0.26, 0.2696, 0.278816
  //   M = 0.26, 0.26 · 0.2696 = 0.070096, and that times 0.278816 is 0.019543886336
  // g = 4, -10: m = 2, -4; v = 4, 28, corrected 16, 64, with the root and eps d = 5, 9
  //   p = 1 - 0.1 ((1 - 0.26)/(1 - 0.26) 4/5 + 0.2696/(1 - 0.070096) 2/5)
  //   p = p + 0.1 ((1 - 0.2696)/(1 - 0.070096) 10/9 + 0.278816/(1 - 0.019543886336) 4/9)
  const first = 1 - 0.08 - 0.010784 / 0.929904;
  worked('two steps', NAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, momentumDecay: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[first], [first + 0.7304 / (9 * 0.929904) + 0.1115264 / (9 * 0.980456113664)]],
    state: { exp_avg: [-4], exp_avg_sq: [28], mu_product: 0.070096 },
  });

  // Without a momentumDecay mu stays beta1/2 = 1/4: M = 1/4, 1/16, 1/64
  //   p = 1 - 0.1 (4/5 + (1/4)/(15/16) 2/5) = 1 - 0.1 (4/5 + 8/75)
  //   p = p + 0.1 ((3/4)/(15/16) 10/9 + (1/4)/(63/64) 4/9) = p + 0.1 (8/9 + 64/567)
  worked('momentumDecay 0', NAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, momentumDecay: 0 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[1 - 6.8 / 75], [1 - 6.8 / 75 + 56.8 / 567]],
    state: { mu_product: 0.0625 },
  });

  // g + p/2 = 3 + 1 = 4
  worked('weightDecay', NAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, momentumDecay: 0, weightDecay: 0.5 },
    start: [2],
    grads: [[3]],
    gives: [[2 - 6.8 / 75]],
    state: { exp_avg: [2] },
  });

  // 2 (1 - 0.1/2) = 1.9
  worked('decoupledWeightDecay', NAdam, {
    options: {
      lr: 0.1,
      betas: [0.5, 0.75],
      eps: 1,
      momentumDecay: 0,
      weightDecay: 0.5,
      decoupledWeightDecay: true,
    },
    start: [2],
    grads: [[4]],
    gives: [[1.9 - 6.8 / 75]],
    state: { exp_avg: [2] },
  });
});

describe('Dozat 2016', () => {
  test('with beta1 = 0 there is no momentum to look ahead with: Adam of beta1 = 0', () => {
    const param = Float64Array.of(0, 0);
    const optimizer = new NAdam([param], { lr: 0.5, betas: [0, 0.999], eps: 1e-300 });
    optimizer.step([Float64Array.of(3, -1e-3)]);
    expect(param[0]).toBeCloseTo(-0.5, 12);
    expect(param[1]).toBeCloseTo(0.5, 12);
  });

  test('the momentum rises from half of beta1 towards beta1', () => {
    const optimizer = new NAdam([new Float64Array(1)], { betas: [0.8, 0.999], momentumDecay: 0.1 });
    let product = 1;
    let last = 0.4;
    for (let t = 1; t <= 200; t++) {
      optimizer.step([Float64Array.of(1)]);
      const { mu_product } = optimizer.stateDict().state[0] as unknown as { mu_product: number };
      const mu = mu_product / product;
      expect(mu).toBeGreaterThan(last);
      expect(mu).toBeLessThan(0.8);
      product = mu_product;
      last = mu;
    }
    expect(last).toBeGreaterThan(0.6);
  });
});
