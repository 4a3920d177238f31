import { describe, expect, test } from 'vitest';
import { AdaBelief } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adabelief', AdaBelief);
keepsStages(AdaBelief, 'decoupled', { lr: 0.1, betas: [0.7, 0.6], rectify: false });
keepsStages(AdaBelief, 'coupled', { lr: 0.1, betas: [0.7, 0.9], weightDecouple: false, amsgrad: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4. g = 4: m = 2, s = (4 - 2)² / 4 + eps, corrected 4 over √(4 s). g = -2: m = 0, s = 3/4 s + 1 + eps.
  worked('two steps', AdaBelief, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1.25, rectify: false },
    start: [1],
    grads: [[4], [-2]],
    gives: [[1 - 0.4 / (3 + 1.25)], [1 - 0.4 / (3 + 1.25)]],
    state: { exp_avg: [0], exp_avg_var: [2.25 * 0.75 + 1 + 1.25] },
  });
  // The largest of 2.25 and 2.25 · 3/4 + eps, for the distance is 0: 2.75 - 2.75 = 0.
  worked('amsgrad', AdaBelief, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 0.25, rectify: false, amsgrad: true },
    start: [1],
    grads: [[4], [2]],
    gives: [
      [1 - 0.4 / (Math.sqrt(5) + 0.25)],
      [1 - 0.4 / (Math.sqrt(5) + 0.25) - (0.1 * 8) / 3 / (Math.sqrt(20 / 7) + 0.25)],
    ],
    state: { exp_avg: [2], exp_avg_var: [1.25 * 0.75 + 0.25], max_exp_avg_var: [1.25] },
  });
  // Half of it goes; coupled, it is in g: 3 + 2/2 = 4.
  worked('fixedDecay', AdaBelief, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5, fixedDecay: true },
    start: [2],
    grads: [[4]],
    gives: [[0.6]],
  });
  worked('coupled decay knows no fixedDecay', AdaBelief, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5, fixedDecay: true, weightDecouple: false },
    start: [2],
    grads: [[3]],
    gives: [[1.6]],
    state: { exp_avg: [2] },
  });
  // The shortest length is 5 with beta2 2/3, and far from it with beta2 1/2: steps of momentum alone.
  worked('rectified, the first steps are of momentum alone', AdaBelief, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [[4], [1], [-2]],
    gives: [[0.6], [0.4], [0.4 + 0.2 / 7]],
  });
  // As RAdam's: l_8 = 307849/58975 with beta2 3/4. With g = 2 and beta1 0 there is no distance: s_8 = 4 (1 - beta2^8), by eps = 1.
  const r = Math.sqrt((71949 * 189899 * 7) / (15 * 58975 * 307849));
  const c = Math.sqrt(58975) / 256;
  worked('the eighth is rectified', AdaBelief, {
    options: { lr: 0.1, betas: [0, 0.75], eps: 1 },
    start: [2],
    grads: Array.from({ length: 8 }, () => [2]),
    gives: [[1.8], [1.6], [1.4], [1.2], [1], [0.8], [0.6], [0.6 - (0.2 * r * c) / (2 * c + 1)]],
  });
  // The first step is along g whatever beta1: 1 - 1e-3 · 4, not rectified. With 1 - beta1 = 0.1, s = 1e-3 (4 - 0.4)² + 1e-16.
  worked('the defaults', AdaBelief, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.996]],
    state: { exp_avg: [0.4], exp_avg_var: [0.01296 + 1e-16] },
  });
});

// With this beta2 the length of the sixth step is 5, to the last bit. RAdam does not rectify there.
test('it rectifies from a length of 5 on', () => {
  const param = Float64Array.of(0);
  const optimizer = new AdaBelief([param], { lr: 1, betas: [0, 0.8397685748659787], eps: 1 });
  for (let t = 1; t <= 5; t++) optimizer.step([Float64Array.of(5)]);
  expect(param[0]).toBe(-25);
  optimizer.step([Float64Array.of(5)]);
  expect(param[0]).toBeGreaterThan(-29);
});
