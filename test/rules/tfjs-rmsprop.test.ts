import { describe, expect, test } from 'vitest';
import { TfjsRMSprop } from '../../src/rules/tfjs-rmsprop.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';
import { onEachBackend } from './trajectory.js';

followsTfjsGolden('rmsprop', TfjsRMSprop);
followsTfjsGolden('rmsprop', TfjsRMSprop, { file: 'tfjs-rmsprop-centered' });
stepsLikeStock('rmsprop', TfjsRMSprop, {
  table: [
    { learningRate: 0.01, decay: 0.9, momentum: 0, epsilon: null, centered: false },
    { learningRate: 0.1, decay: 0.95, momentum: 0.9, epsilon: 1e-5 },
    { learningRate: -0.1, decay: 0, momentum: -0.5, epsilon: 0.1 },
    { learningRate: 0.01, decay: 0.9, momentum: 0, epsilon: null, centered: true },
    { learningRate: 0.003, decay: 0.95, momentum: 0.9, epsilon: 1e-12, centered: true },
    { learningRate: -0.1, decay: 0.5, momentum: -0.5, epsilon: 0, centered: true },
  ],
  loads: true,
});
keepsStages(TfjsRMSprop, 'none', { lr: 0.1 });
keepsStages(TfjsRMSprop, 'none', { lr: 0.1, momentum: 0.9 });
keepsStages(TfjsRMSprop, 'none', { lr: 0.1, centered: true, alpha: 0.7, momentum: 0.5 });

describe('by hand', () => {
  // alpha 3/4, eps 5 under the root. g = 4, 2: s = 4, 3 + 1 = 4; roots of 9; b = 0.3 · 4/3, then 0.3 · 2/3.
  // Element 1 has no gradient. The buffer is kept without momentum, too.
  worked('two steps', TfjsRMSprop, {
    options: { lr: 0.3, alpha: 0.75, eps: 5 },
    start: [1, -1],
    grads: [[4, 0], null, [2, 0]],
    gives: [
      [0.6, -1],
      [0.6, -1],
      [0.4, -1],
    ],
    state: { step: 2, rms: [4, 0], momentum: [0.2, 0] },
  });

  // b = 0.4, then 0.2 + 0.2: the learning rate is in the buffer
  worked('momentum', TfjsRMSprop, {
    options: { lr: 0.3, alpha: 0.75, eps: 5, momentum: 0.5 },
    start: [1],
    grads: [[4], [2]],
    gives: [[0.6], [0.2]],
    state: { rms: [4], momentum: [0.4] },
  });

  // alpha 1/2, eps 3, g = 4, 4 1/2:
  //   s = 8, 4 + 10 1/8; a = 2, 1 + 2 1/4; s - (a² + 3) = 1, 9/16
  //   b = 0.3 · 4/1, 0.3 · 4.5/0.75
  worked('centered, epsilon is taken away', TfjsRMSprop, {
    options: { lr: 0.3, alpha: 0.5, eps: 3, centered: true },
    start: [1],
    grads: [[4], [4.5]],
    gives: [[-0.2], [-2]],
    state: { rms: [14.125], mg: [3.25], momentum: [1.8] },
  });

  // b = 1.2, then 0.6 + 1.8
  worked('centered with momentum', TfjsRMSprop, {
    options: { lr: 0.3, alpha: 0.5, eps: 3, centered: true, momentum: 0.5 },
    start: [1],
    grads: [[4], [4.5]],
    gives: [[-0.2], [-2.6]],
    state: { momentum: [2.4] },
  });

  // s = 0.1 · 9: 1 - 0.01 · 3/√(0.9 + 1e-7)
  worked('the defaults', TfjsRMSprop, {
    options: {},
    start: [1],
    grads: [[3]],
    gives: [[1 - 0.03 / Math.sqrt(0.9000001)]],
    state: { rms: [0.9] },
  });
});

onEachBackend(backend => {
  describe.each([Float32Array, Float64Array])('centered, in %o', Float => {
    const begin = () => {
      const param = Float.of(1, 1);
      const optimizer = new TfjsRMSprop([param], { backend, centered: true, alpha: 0.5 });
      return { param, optimizer };
    };

    test('a gradient of zero gives NaN, of the root of -eps', () => {
      const { param, optimizer } = begin();
      optimizer.step([Float.of(0, 1)]);
      expect(param[0]).toBeNaN();
      expect(param[1]).toBeLessThan(1);
    });

    // s - a² = 2^-t (1 - 2^-t) is below 1e-7 from t = 24 on.
    test('a gradient that does not change gives NaN as soon as eps is more than its spread', () => {
      const { param, optimizer } = begin();
      for (let t = 1; t <= 24; t++) {
        optimizer.step([Float.of(1, t % 2)]);
        expect(Number.isNaN(param[0]), `step ${t}`).toBe(t === 24);
        expect(param[1]).not.toBeNaN();
      }
    });

    test('without it zeros are harmless', () => {
      const param = Float.of(1, 1);
      const optimizer = new TfjsRMSprop([param], { backend });
      optimizer.step([Float.of(0, 1)]);
      expect(param[0]).toBe(1);
    });
  });
});
