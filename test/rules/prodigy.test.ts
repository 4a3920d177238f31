import { describe, expect, test } from 'vitest';
import { Prodigy } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

followsGolden('prodigy', Prodigy, { ours: ['p0'], theirs: ['d', 'd_numerator'], float32: 1e-2 });
keepsStages(Prodigy, 'own', { lr: 0.7, betas: [0.7, 0.8], weightDecay: 0.1, d0: 0.01 });

describe('by hand', () => {
  // Averages that keep nothing, so that a step is d; the estimate is g (p0 - p) / |g|, how far it has come, once that is more.
  worked('the estimate grows', Prodigy, {
    options: { betas: [0, 0], eps: 0, d0: 1 },
    start: [5],
    grads: [[2], [2], [2], [2]],
    gives: [[4], [3], [2], [0]],
    state: { p0: [5], s: [8] },
  });
});

describe('the estimate', () => {
  onEachBackend(backend => {
    const params = () => [Float64Array.of(5, -1), Float32Array.of(2)];
    const gradients = () => [Float64Array.of(2, 1), Float32Array.of(-1)];
    const trained = (steps: number, own = params()) => {
      const optimizer = new Prodigy(own, { backend, d0: 0.01 });
      for (let t = 0; t < steps; t++) optimizer.step(gradients());
      return optimizer;
    };

    test('belongs to the model, and goes with its state', () => {
      const trainedParams = params();
      const optimizer = trained(20, trainedParams);
      const optimized = () => trainedParams.map(p => p.slice());
      expect(optimizer.d).toBeGreaterThan(0.01);
      const { model } = optimizer.stateDict();
      expect(model).toMatchObject({ d: optimizer.d });
      const copies = [new Prodigy(optimized(), { backend }), new Prodigy(params(), { backend })];
      copies[0]!.loadStateDict(optimizer.stateDict());
      copies[1]!.deserialize(optimizer.serialize());
      for (const copy of copies) {
        expect(copy.stateDict()).toEqual(optimizer.stateDict());
        copy.step(gradients());
      }
      optimizer.step(gradients());
      for (const copy of copies) expect(copy.stateDict()).toEqual(optimizer.stateDict());
      const { model: _, ...without } = trained(2).stateDict();
      copies[0]!.loadStateDict(without);
      expect(copies[0]!.d).toBe(0.01);
    });

    test('is not saved in halves', () => {
      const optimizer = trained(3);
      const state = optimizer.stateDict();
      const wrong = { ...state, model: { d: 1, d_max: '1', d_numerator: 1 } as never };
      expect(() => optimizer.loadStateDict(wrong)).toThrow(/model\.d_max/);
      expect(optimizer.stateDict()).toEqual(state);
    });
  });
});
