import { describe, expect, test } from 'vitest';
import { Adai } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('adai', Adai);
keepsStages(Adai, 'coupled', { lr: 0.1, betas: [0.3, 0.8] });
keepsStages(Adai, 'coupled', { lr: 0.1, betas: [0.3, 0.8], dampening: 0.7 });
keepsStages(Adai, 'decoupled', { lr: 0.1, betas: [0.3, 0.8], weightDecouple: true, weightDecay: 0.1 });

describe('by hand', () => {
  // v^ = 4 and 0, V = 2: what enters is 1/4 · 2 = 1/2, and eps.
  worked('a step', Adai, {
    options: { lr: 1, betas: [0.25, 0.5], eps: 0.125 },
    start: [0, 0],
    grads: [[2, 0]],
    gives: [[-2, 0]],
    state: { exp_avg: [1, 0], exp_avg_sq: [2, 0], beta1_prod: [0.5, 0.875] },
  });
  // v^ = V: (1/4) of it enters, by its root; m = 4 · 1/2, times the root of beta0, over 1/4.
  worked('a dampened step', Adai, {
    options: { lr: 1, betas: [0.25, 0.5], dampening: 0.5 },
    start: [0],
    grads: [[4]],
    gives: [[-4]],
    state: { exp_avg: [2], exp_avg_sq: [8], beta1_prod: [0.75] },
  });
  worked('beta0 of 0 lets nothing enter but eps, and a dampened step stands', Adai, {
    options: { lr: 1, betas: [0, 0.5], eps: 0.25, dampening: 0.5 },
    start: [3],
    grads: [[4]],
    gives: [[3]],
    state: { exp_avg: [2], beta1_prod: [0.75] },
  });
});

describe('the mean', () => {
  onEachBackend(backend => {
    test('is of the elements of all tensors that have a gradient, of every group', () => {
      const p = [Float64Array.of(0, 0), Float64Array.of(0), Float64Array.of(7)];
      const groups = [{ params: [p[0]!, p[2]!] }, { params: [p[1]!] }];
      const optimizer = new Adai(groups, { lr: 1, betas: [0.25, 0.5], eps: 0.125, backend });
      // V = (4 + 0 + 8) / 3.
      optimizer.step([[Float64Array.of(2, 0), null], [Float64Array.of(Math.SQRT2 * 2)]]);
      const { state } = optimizer.stateDict();
      const kept = [0, 2].flatMap(k => [...(state[k]!.beta1_prod as Float64Array)]);
      for (const [i, inertia] of [0.75, 0.875, 0.5].entries()) expect(kept[i]).toBeCloseTo(inertia, 14);
      expect(p[2]).toEqual(Float64Array.of(7));
    });

    test('of nothing but zeros takes no step', () => {
      const p = Float32Array.of(1);
      new Adai([p], { backend }).step([Float32Array.of(0)]);
      expect(p[0]).toBe(1);
    });

    test('of next to nothing is no infinity in the type of the tensors', () => {
      const p = Float32Array.of(1, 1);
      new Adai([p], { backend, lr: 1 }).step([Float32Array.of(1e-20, 0)]);
      expect(p).toEqual(Float32Array.of(1, 1));
    });
  });
});
