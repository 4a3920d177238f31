import { describe } from 'vitest';
import { TfjsMomentum } from '../../src/rules/tfjs-momentum.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';

followsTfjsGolden('momentum', TfjsMomentum);
stepsLikeStock('momentum', TfjsMomentum, {
  table: [
    { learningRate: 0.01, momentum: 0.9 },
    { learningRate: 0.01, momentum: 0.9, useNesterov: true },
    { learningRate: 0.3, momentum: 0 },
    { learningRate: 0.3, momentum: 0, useNesterov: true },
    { learningRate: -0.1, momentum: -0.5, useNesterov: false },
    { learningRate: 1e-3, momentum: -0.7, useNesterov: true },
  ],
  loads: true,
});
keepsStages(TfjsMomentum, 'none', { lr: 0.1 });
keepsStages(TfjsMomentum, 'none', { lr: 0.1, momentum: 0.5, nesterov: true });

describe('by hand', () => {
  // b = b/2 + g = 1, 2 1/2, 5 1/4; p = p - b/10. Without a gradient the buffer stays as it is.
  worked('momentum', TfjsMomentum, {
    options: { lr: 0.1, momentum: 0.5 },
    start: [1],
    grads: [null, [1], [2], null, [4]],
    gives: [[1], [0.9], [0.65], [0.65], [0.125]],
    state: { step: 3, momentum: [5.25] },
  });

  // b = 1, 2 1/2, 5 1/4; g + b/2 = 1 1/2, 3 1/4, 6 5/8; p = p - (g + b/2)/10
  worked('nesterov', TfjsMomentum, {
    options: { lr: 0.1, momentum: 0.5, nesterov: true },
    start: [1],
    grads: [[1], [2], [4]],
    gives: [[0.85], [0.525], [-0.1375]],
    state: { momentum: [5.25] },
  });

  // Plain descent either way, and the buffer is the last gradient.
  for (const nesterov of [false, true]) {
    worked(`no momentum, nesterov: ${nesterov}, keeps its buffer`, TfjsMomentum, {
      options: { lr: 0.1, momentum: 0, nesterov },
      start: [1],
      grads: [[1], [2]],
      gives: [[0.9], [0.7]],
      state: { momentum: [2] },
    });
  }

  // b = 2, then -1 + 4 = 3; p = 1 + 1, + 1 1/2
  worked('negative numbers', TfjsMomentum, {
    options: { lr: -0.5, momentum: -0.5 },
    start: [1],
    grads: [[2], [4]],
    gives: [[2], [3.5]],
  });

  // b = 4, then 3.6 + 1 = 4.6; p = 1 - 0.04, - 0.046
  worked('the defaults', TfjsMomentum, {
    options: {},
    start: [1],
    grads: [[4], [1]],
    gives: [[0.96], [0.914]],
    state: { momentum: [4.6] },
  });
});
