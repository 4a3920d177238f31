import { expect, test } from 'vitest';
import { DAdaptAdam, OptionError } from '../../src/index.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

// r is a sum of what is nearly alike, and d goes by it.
followsGolden('dadapt-adam', DAdaptAdam, { float32: 2e-2, float64: 1e-11 });
keepsStages(DAdaptAdam, 'coupled', { lr: 0.7, betas: [0.7, 0.8], d0: 0.01 });

onEachBackend(backend => {
  // The authors' loop, over one tensor; where nothing has come yet nothing changes.
  test.each([
    { growthRate: 1.02, d0: 0.3, lr: 1, useBiasCorrection: false, decouple: true, weightDecay: 0.1 },
    { growthRate: null, d0: 0.3, lr: 0.5, useBiasCorrection: true, decouple: true, weightDecay: 0 },
  ])('the estimate, with growth by no more than $growthRate', options => {
    const { growthRate, d0, lr, useBiasCorrection, weightDecay } = options;
    const [beta1, beta2, eps] = [0.9, 0.81, 0.125];
    const root = Math.sqrt(beta2);
    const param = Float64Array.of(5, -1);
    const optimizer = new DAdaptAdam([param], { ...options, betas: [beta1, beta2], eps, backend });
    const [p, m, v, s] = [
      [5, -1],
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    let [d, numerator] = [d0, 0];
    [0, ...new Array(8).fill(1), -0.2, 1].forEach((on: number, i) => {
      const g = [2 * on, -on];
      optimizer.step([Float64Array.from(g)]);
      const t = i + 1;
      const correction = useBiasCorrection ? Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t) : 1;
      const rate = d * lr * correction;
      let product = 0;
      for (let k = 0; k < 2; k++) {
        product += (rate * g[k]! * s[k]!) / (Math.sqrt(v[k]!) + eps);
        m[k] = beta1 * m[k]! + (1 - beta1) * rate * g[k]!;
        v[k] = beta2 * v[k]! + (1 - beta2) * g[k]! ** 2;
        s[k] = root * s[k]! + (1 - root) * rate * g[k]!;
      }
      const size = Math.abs(s[0]!) + Math.abs(s[1]!);
      if (size > 0) {
        numerator = root * numerator + (1 - root) * product;
        d = Math.max(d, Math.min(numerator / ((1 - root) * size), d * (growthRate ?? Infinity)));
        for (let k = 0; k < 2; k++)
          p[k] = p[k]! * (1 - weightDecay * rate) - m[k]! / (Math.sqrt(v[k]!) + eps);
      }
      for (let k = 0; k < 2; k++) expect(param[k], `step ${t}`).toBeCloseTo(p[k]!, 12);
      expect(optimizer.d, `step ${t}`).toBeCloseTo(d, 11);
      expect(optimizer.stateDict().model!['numerator_weighted'], `step ${t}`).toBeCloseTo(numerator, 11);
    });
    expect(d).toBeGreaterThan(1.1 * d0);
  });

  test('begins with d0, which cannot be changed any more', () => {
    const optimizer = new DAdaptAdam([Float64Array.of(1)], { d0: 0.25, backend });
    expect(optimizer.d).toBe(0.25);
    optimizer.step([Float64Array.of(1)]);
    expect(() => optimizer.set({ d0: 1 })).toThrow(OptionError);
  });
});
