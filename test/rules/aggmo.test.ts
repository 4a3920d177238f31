import { describe, expect, test } from 'vitest';
import { AggMo, OptionError, StateError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

// The file has no states.
followsGolden('aggmo', AggMo);
keepsStages(AggMo, 'coupled', { lr: 0.1 });
keepsStages(AggMo, 'decoupled', { lr: 0.1, betas: [0.5, 0.7], weightDecouple: true });

describe('by hand', () => {
  const grads = [[4], [-2], [1]];
  // Of 1/2: 4, 0, 1; of 1/4: 4, -1, 3/4; of 0: 4, -2, 1; of 3/4: 4, 1, 7/4.
  worked('one buffer is momentum', AggMo, {
    options: { lr: 0.5, betas: [0.5] },
    start: [1],
    grads,
    gives: [[-1], [-1], [-1.5]],
    state: { momentum_buffer_1: [1] },
  });
  worked('two', AggMo, {
    options: { lr: 0.5, betas: [0.5, 0.25] },
    start: [1],
    grads,
    gives: [[-1], [-0.75], [-0.75 - 1.75 / 4]],
    state: { momentum_buffer_1: [1], momentum_buffer_2: [0.75] },
  });
  worked('three', AggMo, {
    options: { lr: 0.5, betas: [0.5, 0.25, 0] },
    start: [1],
    grads,
    gives: [[-1], [-0.5], [-0.5 - 2.75 / 6]],
    state: { momentum_buffer_1: [1], momentum_buffer_2: [0.75], momentum_buffer_3: [1] },
  });
  worked('four', AggMo, {
    options: { lr: 0.5, betas: [0.5, 0.25, 0, 0.75] },
    start: [1],
    grads,
    gives: [[-1], [-0.75], [-0.75 - 4.5 / 8]],
    state: {
      momentum_buffer_1: [1],
      momentum_buffer_2: [0.75],
      momentum_buffer_3: [1],
      momentum_buffer_4: [1.75],
    },
  });
  // 3 · 4, then 2 + 5.6 + 5.96 with g = 2, a third of it times 1e-3.
  worked('the defaults', AggMo, {
    options: {},
    start: [1],
    grads: [[4], [2]],
    gives: [[0.996], [0.996 - 13.56e-3 / 3]],
    state: { momentum_buffer_1: [2], momentum_buffer_2: [5.6], momentum_buffer_3: [5.96] },
  });
});

test('one to four betas, as many as at construction', () => {
  const make = (betas: number[]) => new AggMo([Float64Array.of(1)], { betas });
  for (const betas of [[], [0, 0.1, 0.2, 0.3, 0.4]])
    expect(() => make(betas)).toThrow('Expected an array of 1 to 4 for betas, each a number in [0, 1), got');
  expect(() => make([0, 1])).toThrow('betas[1]');
  const three = make([0, 0.9, 0.99]);
  expect(() => three.set({ betas: [0, 0.9] })).toThrow(OptionError);
  three.set({ betas: [0, 0.5, 0.9] });
  expect(three.groups[0]!.betas).toEqual([0, 0.5, 0.9]);
  three.step([Float64Array.of(1)]);
  expect(() => make([0, 0.9]).loadStateDict(three.stateDict())).toThrow(StateError);
  const again = make([0, 0.9, 0.99]);
  again.loadStateDict(three.stateDict());
  expect(again.stateDict()).toEqual(three.stateDict());
  for (const optimizer of [three, again]) optimizer.dispose();
});
