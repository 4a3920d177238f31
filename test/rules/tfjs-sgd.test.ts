import { describe } from 'vitest';
import { TfjsSGD } from '../../src/rules/tfjs-sgd.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';

followsTfjsGolden('sgd', TfjsSGD);
stepsLikeStock('sgd', TfjsSGD, {
  table: [{ learningRate: 0.01 }, { learningRate: -0.3 }, { learningRate: 1e3 }],
});
keepsStages(TfjsSGD, 'none', { lr: 0.1 });

describe('by hand', () => {
  // p - lr g: 1 - 0.1 · 10, -2 - 0.1 · (-5); no step at all; 0 - 0.1 · 1, -1.5 - 0.1 · 4
  worked('plain', TfjsSGD, {
    options: { lr: 0.1 },
    start: [1, -2],
    grads: [[10, -5], null, [1, 4]],
    gives: [
      [0, -1.5],
      [0, -1.5],
      [-0.1, -1.9],
    ],
  });

  worked('a negative lr ascends', TfjsSGD, {
    options: { lr: -0.5 },
    start: [1],
    grads: [[3]],
    gives: [[2.5]],
  });

  // 1 - 0.01 · 4
  worked('the defaults', TfjsSGD, { options: {}, start: [1], grads: [[4]], gives: [[0.96]] });
});
