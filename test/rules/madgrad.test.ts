import { describe, expect, test } from 'vitest';
import { MADGRAD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('madgrad', MADGRAD, { ours: ({ momentum }) => (momentum === 0 ? [] : ['x0']) });
keepsStages(MADGRAD, 'coupled', { lr: 0.1, momentum: 0.7 });
keepsStages(MADGRAD, 'own', { lr: 0.1, momentum: 0, weightDecay: 0.1, weightDecouple: true });

describe('by hand', () => {
  // r = 1/2 + 1/2 = 1. G = 8, s = √8: z = 5 - √8 / (2 + 1/2).
  const first = 5 - Math.sqrt(8) / 2.5;
  // λ = √2 and g = √(19 / √2): G = 8 + 19 = 27.
  const g = Math.sqrt(19 / Math.SQRT2);
  const s = Math.sqrt(8) + Math.SQRT2 * g;
  const second = 5 - s / 3.5;
  const options = { lr: 0.5, eps: 0.5 };
  worked('without momentum', MADGRAD, {
    options: { ...options, momentum: 0 },
    start: [5],
    grads: [[Math.sqrt(8)], [g]],
    gives: [[first], [second]],
    state: { grad_sum_sq: [27], s: [s] },
  });
  worked('with it', MADGRAD, {
    options: { ...options, momentum: 0.75 },
    start: [5],
    grads: [[Math.sqrt(8)], [g]],
    gives: [[3.75 + first / 4], [0.75 * (3.75 + first / 4) + second / 4]],
    state: { x0: [5] },
  });
  worked('decay by itself', MADGRAD, {
    options: { ...options, momentum: 0.75, weightDecay: 0.25, weightDecouple: true },
    start: [5],
    grads: [[Math.sqrt(8)]],
    gives: [[2.5 + first / 4]],
  });
  for (const momentum of [0, 0.5]) {
    worked(`an element without a gradient stays, without eps, too, with momentum ${momentum}`, MADGRAD, {
      options: { eps: 0, momentum },
      start: [5],
      grads: [[0], [0]],
      gives: [[5], [5]],
    });
  }

  onEachBackend(backend => {
    test('without momentum there is no start in the state, and with a function that gives 0 there is', () => {
      for (const [momentum, names] of [
        [0, ['grad_sum_sq', 's', 'step']],
        [() => 0, ['grad_sum_sq', 's', 'step', 'x0']],
      ] as const) {
        const optimizer = new MADGRAD([Float64Array.of(1)], { momentum, backend });
        optimizer.step([Float64Array.of(2)]);
        expect(Object.keys(optimizer.stateDict().state[0]!).sort()).toEqual(names);
      }
    });
  });
});
