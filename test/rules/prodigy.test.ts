import { describe, expect, test } from 'vitest';
import { OptionError, Prodigy } from '../../src/index.js';
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
    // The authors' loop, over one tensor; where nothing has come yet the estimate stays.
    test.each([
      { growthRate: 1.5, beta3: 0, d0: 0.01, lr: 1, useBiasCorrection: false },
      { growthRate: 3, beta3: null, d0: 0.01, lr: 0.5, useBiasCorrection: true },
    ])('is limited in its growth: $growthRate', options => {
      const { growthRate, d0, lr, useBiasCorrection } = options;
      const [beta1, beta2, eps] = [0.9, 0.99, 1e-8];
      const beta3 = options.beta3 ?? Math.sqrt(beta2);
      const start = [5, -1];
      const param = Float64Array.from(start);
      const optimizer = new Prodigy([param], { ...options, betas: [beta1, beta2], eps, backend });
      const p = [...start];
      const [m, v, s] = [
        [0, 0],
        [0, 0],
        [0, 0],
      ];
      let [d, most, numerator] = [d0, d0, 0];
      [0, ...new Array(14).fill(1), 0, 1].forEach((on: number, i) => {
        const g = [2 * on, -on];
        optimizer.step([Float64Array.from(g)]);
        const t = i + 1;
        const correction = useBiasCorrection ? Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t) : 1;
        const rate = d * lr * correction;
        numerator *= beta3;
        for (let k = 0; k < 2; k++) {
          numerator += (d / d0) * rate * g[k]! * (start[k]! - p[k]!);
          m[k] = beta1 * m[k]! + d * (1 - beta1) * g[k]!;
          v[k] = beta2 * v[k]! + d * d * (1 - beta2) * g[k]! ** 2;
          s[k] = beta3 * s[k]! + (d / d0) * rate * g[k]!;
        }
        const size = Math.abs(s[0]!) + Math.abs(s[1]!);
        if (size > 0) {
          const estimate = numerator / size;
          if (d === d0) d = Math.max(d, estimate);
          most = Math.max(most, estimate);
          d = Math.min(most, d * growthRate);
        }
        for (let k = 0; k < 2; k++) p[k]! -= (rate * m[k]!) / (Math.sqrt(v[k]!) + d * eps);
        for (let k = 0; k < 2; k++) expect(param[k], `step ${t}`).toBeCloseTo(p[k]!, 12);
        const { model } = optimizer.stateDict();
        expect([model!['d'], model!['d_max']].map(x => Number(x) / d0)).toEqual(
          [d, most].map(x => expect.closeTo(x / d0, 9)),
        );
      });
      expect(d).toBeGreaterThan(d0);
    });

    test('begins with d0, which cannot be changed any more', () => {
      const optimizer = trained(1);
      expect(() => optimizer.set({ d0: 1 })).toThrow(OptionError);
    });

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
