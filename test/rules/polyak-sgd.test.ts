import { describe } from 'vitest';
import { PolyakSGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

const options = ({ maxLearningRate, ...hyper }: Readonly<Record<string, unknown>>) => ({
  lr: maxLearningRate,
  ...hyper,
});

followsGolden('polyak-sgd', PolyakSGD, { options, theirs: ['step_size'] });
keepsStages(PolyakSGD, 'none', { fMin: -3, eps: 0.5, scaling: 0.7 });

describe('by hand', () => {
  // (3 - 1) / (3² + 4² + 15) = 1/20; then 1/2 of a loss below fMin goes uphill: -1/2 over 10; then as far as lr.
  worked('three steps', PolyakSGD, {
    options: { fMin: 1, eps: 15, lr: 2 },
    start: [1, 2],
    grads: [
      [3, 4],
      [3, -1],
      [1, 0],
    ],
    losses: [3, 0.5, 1000],
    gives: [
      [0.85, 1.8],
      [0.85 + 0.06, 1.8 - 0.02],
      [0.91 - 2, 1.78],
    ],
  });

  // 2 g has the norm 4: (9 - 1) / 16 = 1/2 of 4; and nothing below fMin.
  worked('scaling, sps+, and the defaults', PolyakSGD, {
    options: { fMin: 1, scaling: 2, variant: 'sps+' },
    start: [3],
    grads: [[2], [2], [0]],
    losses: [9, 0.5, 9],
    gives: [[1], [1], [1]],
  });
  worked('the defaults', PolyakSGD, {
    options: {},
    start: [3],
    grads: [[0.5]],
    losses: [0.125],
    gives: [[2.75]],
  });
});
