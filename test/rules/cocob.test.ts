import { describe, expect, test } from 'vitest';
import { COCOB, OptionError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { camelCase, followsGolden, onEachBackend } from './trajectory.js';

followsGolden('cocob', COCOB, {
  ours: ['p0'],
  options: ({ learningRate, ...others }) => ({ ...camelCase(others), lr: learningRate }),
  float32: 1e-3,
});
keepsStages(COCOB, 'coupled', { lr: 0.7, alpha: 5 });

describe('by hand', () => {
  // c = 2 g. L = 2, G = 2, C = -2: -1 · 2 / max(4, 6) = -1/3. Then c = -4 won 4 · -1/3, which is less than nothing: L = 4, G = 6,
  // C = 2: 1/2 · 4 / max(10, 12). Then c = -2 won 1/3: L = 4, G = 8, C = 4: 1 · (4 + 1/3) / 12.
  worked('bets from where it started', COCOB, {
    options: { lr: 2, alpha: 3 },
    start: [5],
    grads: [[1], [-2], [-1]],
    gives: [[5 - 1 / 3], [5 + 1 / 6], [5 + (4 + 1 / 3) / 12]],
    state: { cumulative_gradients: [4], subgradients: [8], reward: [1 / 3], scale: [4], p0: [5] },
  });
  worked('by what all gradients come to, where that is more', COCOB, {
    options: { alpha: 1, eps: 2 },
    start: [5],
    grads: [[1]],
    gives: [[5 - (1 / 2) * (2 / 3)]],
    state: { scale: [2], subgradients: [1] },
  });
  worked('an element without a gradient stays', COCOB, {
    options: {},
    start: [5],
    grads: [[0]],
    gives: [[5]],
  });

  onEachBackend(backend => {
    test('small gradients count in float32', () => {
      const param = Float32Array.of(0);
      new COCOB([param], { eps: 1e-35, backend }).step([Float32Array.of(1e-30)]);
      expect(param[0]).toBeCloseTo(-0.01, 8);
    });

    test('goes on from where a state began', () => {
      const of = (p: number) => new COCOB([Float64Array.of(p)], { backend });
      const [one, other] = [of(5), of(7)];
      one.step([Float64Array.of(1)]);
      other.loadStateDict(one.stateDict());
      other.step([Float64Array.of(1)]);
      expect(other.stateDict().state[0]!.p0).toEqual(Float64Array.of(5));
      expect(() => other.set({ eps: 1 })).toThrow(OptionError);
    });
  });
});
