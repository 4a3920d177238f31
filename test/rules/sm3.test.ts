import { SM3 } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

// The file has a momentum buffer without a momentum, too.
followsGolden('sm3', SM3, { theirs: ({ momentum }) => (momentum ? [] : ['momentum_buffer']) });
keepsStages(SM3, 'none', { lr: 0.1, momentum: 0.9, beta: 0.5 });

// v = 4 / 4, then 3 / 4 + 16 / 4.
worked('by hand: a beta keeps so much of what was', SM3, {
  options: { lr: 0.1, beta: 0.75 },
  start: [1],
  grads: [[2], [4]],
  gives: [[0.8], [0.8 - 0.4 / Math.sqrt(4.75)]],
  state: { accumulator_0: [4.75] },
});
