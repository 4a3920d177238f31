import { describe } from 'vitest';
import { AdEMAMix } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('ademamix', AdEMAMix);
keepsStages(AdEMAMix, 'decoupled', { lr: 0.1, betas: [0.7, 0.6, 0.9], alpha: 3 });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4, beta3 7/8, alpha 3, eps 1. g = 4: m = 2, corrected 4; n = 1/2; v = 4, corrected 16.
  // g = -10: m = -4, corrected -16/3; n = 7/16 - 10/8; v = 28, corrected 64.
  const first = 1 - 0.55 / 5;
  const n = 7 / 16 - 10 / 8;
  worked('two steps', AdEMAMix, {
    options: { lr: 0.1, betas: [0.5, 0.75, 0.875], alpha: 3, eps: 1 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[first], [first - (0.1 * (-16 / 3 + 3 * n)) / 9]],
    state: { exp_avg_fast: [-4], exp_avg_slow: [n], exp_avg_sq: [28] },
  });
  // alpha is 1, 2, 3, 3; each step 0.1 (g + alpha n) / √g², and n = 2, 3, 3.5, 3.75.
  worked('alpha grows', AdEMAMix, {
    options: { lr: 0.1, betas: [0, 0, 0.5], alpha: 3, alphaWarmup: 3, eps: 0 },
    start: [1],
    grads: [[4], [4], [4], [4]],
    gives: [[0.85], [0.6], [0.2375], [-0.14375]],
  });
  // Half-lives: ln 1/4 is twice ln 1/2, so that 1 / ln beta goes from 1 to 2 in units of 1 / ln 1/4: beta3 = (1/4)^(1 / (1 + t/4)).
  const betas = [0.25 ** 0.8, 0.25 ** (2 / 3), 0.25 ** (4 / 7), 0.5, 0.5];
  const slow: number[] = [];
  for (const beta of betas) slow.push((slow.at(-1) ?? 0) * beta + 4 * (1 - beta));
  const gives: number[][] = [];
  for (const one of slow) gives.push([(gives.at(-1)?.[0] ?? 1) - 0.1 * (1 + one / 2)]);
  worked('beta3 grows', AdEMAMix, {
    options: { lr: 0.1, betas: [0.25, 0, 0.5], alpha: 2, beta3Warmup: 4, eps: 0 },
    start: [1],
    grads: [[4], [4], [4], [4], [4]],
    gives,
    state: { exp_avg_slow: [slow.at(-1)!] },
  });
  // m̂ = 4, n = 4e-4, √v̂ = 4
  worked('the defaults', AdEMAMix, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[1 - (1e-3 * 4.0008) / (4 + 1e-8)]],
    state: { exp_avg_fast: [0.4], exp_avg_slow: [4 * (1 - 0.9999)], exp_avg_sq: [0.016] },
  });
});
