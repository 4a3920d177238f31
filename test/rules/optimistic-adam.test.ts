import { describe } from 'vitest';
import { OptimisticAdam } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, type Hypers } from './trajectory.js';

const options = ({ learningRate, b1, b2, ...o }: Hypers): Hypers => ({
  ...o,
  lr: learningRate,
  betas: [b1, b2],
});
followsGolden('optimistic-adam', OptimisticAdam, { options });
keepsStages(OptimisticAdam, 'none', { lr: 0.1, betas: [0.7, 0.8], beta: 1.5 });

describe('by hand', () => {
  const betas = [0.5, 0.75];
  // g = 4: m = 2, v = 4; corrected m = 4, v = 16: r = 4 / (√(16 + 9) + 1) = 2/3, which goes 0.6 · 2/3 · 1/2.
  // g = -10: m = -4, v = 28; corrected -16/3 and 64: s = -16/3 / (√73 + 1), which goes 0.6 (1/2 s + 2 (s - r)).
  const s = -16 / 3 / (Math.sqrt(73) + 1);
  worked('without Nesterov momentum', OptimisticAdam, {
    options: { lr: 0.6, betas, eps: 1, epsRoot: 9, alpha: 0.5, beta: 2, nesterov: false },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.8], [0.8 - 0.6 * (2.5 * s - 4 / 3)]],
    state: { mu: [-4], nu: [28], previous_gradient: [s] },
  });
  // m^ = 1/2 · 2 / (3/4) + 1/2 · 4 / (1/2) = 16/3, then 1/2 · (-4) / (7/8) + 1/2 · (-10) / (3/4) = -16/7 - 20/3.
  const [q, r] = [16 / 3 / 5, (-16 / 7 - 20 / 3) / 9];
  worked('with it', OptimisticAdam, {
    options: { lr: 0.6, betas, eps: 1, alpha: 0.5, beta: 2 },
    start: [1],
    grads: [[4], [-10]],
    gives: [[1 - 0.3 * q], [1 - 0.3 * q - 0.6 * (2.5 * r - 2 * q)]],
    state: { mu: [-4], nu: [28], previous_gradient: [r] },
  });
  // m^ = 0.9 · 0.4 / 0.19 + 4
  const first = (0.36 / 0.19 + 4) / (4 + 1e-8);
  worked('the defaults', OptimisticAdam, {
    options: {},
    start: [1],
    grads: [[4], [4]],
    gives: [[1 - 1e-3 * first], [1 - 1e-3 * ((2 * ((0.9 * 0.76) / 0.271 + 0.4 / 0.19)) / (4 + 1e-8))]],
  });
});
