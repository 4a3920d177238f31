import { describe } from 'vitest';
import { SimplifiedAdEMAMix } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('simplified-ademamix', SimplifiedAdEMAMix);
keepsStages(SimplifiedAdEMAMix, 'decoupled', { lr: 0.1, betas: [0.7, 0.6], alpha: 3 });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, alpha 3, eps 1. g = 4: m = 4, v = 4, corrected 16. g = -10: m = -8, v = 28, corrected 64.
  worked('two steps', SimplifiedAdEMAMix, {
    options: { lr: 0.1, betas: [0.5, 0.75], alpha: 3, eps: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[1 - 1.6 / 5], [1 - 1.6 / 5 + 3.8 / 9]],
    state: { exp_avg: [-8], exp_avg_sq: [28] },
  });
  // From 1/4 to 1/2 in four steps, as in the test of AdEMAMix: 1/4 to the powers of 4/5, 2/3, 4/7, 1/2.
  const sums: number[] = [];
  for (const power of [0.8, 2 / 3, 4 / 7, 0.5, 0.5]) sums.push((sums.at(-1) ?? 0) * 0.25 ** power + 4);
  const gives: number[][] = [];
  for (const sum of sums) gives.push([(gives.at(-1)?.[0] ?? 1) - (0.1 * sum) / 4]);
  worked('beta1 grows', SimplifiedAdEMAMix, {
    options: { lr: 0.1, betas: [0.5, 0], beta1Warmup: 4, minBeta1: 0.25, eps: 0 },
    start: [1],
    grads: [[4], [4], [4], [4], [4]],
    gives,
  });
  // m = 4, then 7.96, over √v̂ = 4; v = 0.8, then 0.95 · 0.8 + 0.8
  const first = 1 - 4e-3 / (4 + 1e-8);
  worked('the defaults', SimplifiedAdEMAMix, {
    options: {},
    start: [1],
    grads: [[4], [4]],
    gives: [[first], [first - 7.96e-3 / (4 + 1e-8)]],
    state: { exp_avg: [7.96], exp_avg_sq: [1.56] },
  });
  // minBeta1 is 0.9: the first beta of a warm-up of two steps has 1 / ln beta half way to that of 0.99.
  const half = Math.exp(2 / (1 / Math.log(0.9) + 1 / Math.log(0.99)));
  worked('where beta1 starts', SimplifiedAdEMAMix, {
    options: { beta1Warmup: 3 - 1 },
    start: [0],
    grads: [[4], [4]],
    gives: [[-4e-3 / (4 + 1e-8)], [-(4e-3 + 7.96e-3) / (4 + 1e-8)]],
    state: { exp_avg: [7.96] },
  });
  worked('and goes', SimplifiedAdEMAMix, {
    options: { lr: 0, beta1Warmup: 4 },
    start: [0],
    grads: [[4], [4]],
    gives: [[0], [0]],
    state: { exp_avg: [4 * half + 4] },
  });
});
