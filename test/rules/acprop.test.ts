import { describe, expect, test } from 'vitest';
import { ACProp } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('acprop', ACProp);
keepsStages(ACProp, 'decoupled', { lr: 0.1, betas: [0.7, 0.6], rectify: false });
keepsStages(ACProp, 'coupled', { lr: 0.1, betas: [0.7, 0.9], weightDecouple: false, momentumUpdate: true });

describe('by hand', () => {
  // beta1 1/2, beta2 3/4. g = 4: m = 2, p - 0.1 · 4, s = 4/4 = 1. Then s = 2 with eps, corrected by 1/4: 8.
  // g = -10: m = -4, s = 3/4 · 2 + 36/4 = 10.5.
  worked('two steps', ACProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, rectify: false },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.6], [0.6 + 1 / (Math.sqrt(8) + 1)]],
    state: { exp_avg: [-4], exp_avg_var: [10.5] },
  });
  // m̂ = -4 / (3/4)
  worked('momentumUpdate', ACProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, rectify: false, momentumUpdate: true },
    start: [1],
    grads: [[4], [-10]],
    gives: [[0.6], [0.6 + 1.6 / 3 / (Math.sqrt(8) + 1)]],
  });
  worked('rectified, the first steps are of momentum alone', ACProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [[4], [1], [-2]],
    gives: [[0.6], [0.4], [0.4 + 0.2 / 7]],
  });
  // As RAdam's: l_8 = 307849/58975 with beta2 3/4. With beta1 0 there is no distance, and eps = 1 is added before steps 2 to 8, in
  // steps 2 to 7 times 3/4 afterwards: s_8 = 4 (1 - beta2^7).
  const r = Math.sqrt((71949 * 189899 * 7) / (15 * 58975 * 307849));
  const c = Math.sqrt(58975) / 256;
  const divisor = 2 * Math.sqrt(1 - 0.75 ** 7) + 1;
  worked('the eighth is rectified', ACProp, {
    options: { lr: 0.1, betas: [0, 0.75], eps: 1 },
    start: [2],
    grads: [...Array.from({ length: 7 }, () => [2]), [-3]],
    gives: [[1.8], [1.6], [1.4], [1.2], [1], [0.8], [0.6], [0.6 + (0.3 * r * c) / divisor]],
  });
  worked('fixedDecay', ACProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5, fixedDecay: true },
    start: [2],
    grads: [[4]],
    gives: [[0.6]],
  });
  worked('coupled decay knows no fixedDecay', ACProp, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5, fixedDecay: true, weightDecouple: false },
    start: [2],
    grads: [[3]],
    gives: [[1.6]],
    state: { exp_avg: [2] },
  });
  worked('the defaults', ACProp, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.996]],
    state: { exp_avg: [0.4], exp_avg_var: [0.01296] },
  });
});

// With this beta2 the length of the sixth step is 5, to the last bit. RAdam does not rectify there.
test('it rectifies from a length of 5 on', () => {
  const param = Float64Array.of(0);
  const optimizer = new ACProp([param], { lr: 1, betas: [0, 0.8397685748659787], eps: 1 });
  for (let t = 1; t <= 5; t++) optimizer.step([Float64Array.of(5)]);
  expect(param[0]).toBe(-25);
  optimizer.step([Float64Array.of(5)]);
  expect(param[0]).toBeGreaterThan(-29);
});
