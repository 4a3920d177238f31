import { describe } from 'vitest';
import { TfjsAdagrad } from '../../src/rules/tfjs-adagrad.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';

followsTfjsGolden('adagrad', TfjsAdagrad);
stepsLikeStock('adagrad', TfjsAdagrad, {
  table: [
    { learningRate: 0.01 },
    { learningRate: -0.5, initialAccumulatorValue: 0 },
    { learningRate: 0.1, initialAccumulatorValue: 7 },
  ],
  loads: true,
});
keepsStages(TfjsAdagrad, 'none', { lr: 0.1 });

describe('by hand', () => {
  // eps 3 under the root, s from 2. g = 2, 4: s = 6, 22; roots of 9 and 25; p = 1 - 0.3 · 2/3, - 0.3 · 4/5.
  // g = -√20, 0: s = 22, a root of 25. Element 2 has no gradient, and stays.
  worked('two steps', TfjsAdagrad, {
    options: { lr: 0.3, initialAccumulatorValue: 2, eps: 3 },
    start: [1, -1, 5],
    grads: [
      [2, -Math.sqrt(20), 0],
      [4, 0, 0],
    ],
    gives: [
      [0.8, -1 + 0.06 * Math.sqrt(20), 5],
      [0.56, -1 + 0.06 * Math.sqrt(20), 5],
    ],
    state: { accumulator: [22, 22, 2] },
  });

  worked('no gradient leaves the sum as it is', TfjsAdagrad, {
    options: { lr: 0.3, initialAccumulatorValue: 2, eps: 3 },
    start: [1],
    grads: [null, [2], null, [4]],
    gives: [[1], [0.8], [0.8], [0.56]],
    state: { step: 2, accumulator: [22] },
  });

  // s = 0.1 + 4, and 1e-7 under the root: 1 - 0.01 · 2/√4.1000001
  worked('the defaults', TfjsAdagrad, {
    options: {},
    start: [1],
    grads: [[2]],
    gives: [[1 - 0.02 / Math.sqrt(4.1000001)]],
    state: { accumulator: [4.1] },
  });
});
