import { expect, test } from 'vitest';
import { DAdaptSGD, OptionError } from '../../src/index.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

// r is a sum of what is nearly alike, and d goes by it.
followsGolden('dadapt-sgd', DAdaptSGD, { ours: ['x0'], float32: 2e-2, float64: 1e-11 });
// Weight decay is added to the gradient, but not to that whose norm is taken.
keepsStages(DAdaptSGD, 'own', { lr: 0.7, momentum: 0.6, d0: 0.01 }, { scaleFree: true });

onEachBackend(backend => {
  test('by hand', () => {
    const p = Float64Array.of(3, 7);
    const optimizer = new DAdaptSGD([p], { lr: 0.5, d0: 2, momentum: 0.75, backend });
    const model = () => optimizer.stateDict().model!;
    optimizer.step([Float64Array.of(0, 0)]);
    expect([...p, optimizer.d]).toEqual([3, 7, 2]);
    // ‖g₁‖ = 5 and a = 1 / 5: s = (0.6, 0.8), a fourth of which is the way. It is 1 long, and r is 0.
    optimizer.step([Float64Array.of(3, 4)]);
    expect(p[0]).toBeCloseTo(3 - 0.15, 14);
    expect(p[1]).toBeCloseTo(7 - 0.2, 14);
    expect(model()).toEqual({ d: 2, numerator_weighted: 0, g0_norm: 5 });
    // r = 9 / 5 · 5 = 9 with a = 1 / 5; s = (6, 8), of length 10: 18 / 10 is less than 2.
    optimizer.step([Float64Array.of(27, 36)]);
    expect(model()['numerator_weighted']).toBeCloseTo(9, 14);
    expect(optimizer.d).toBe(2);
    expect(p[0]).toBeCloseTo(0.75 * 2.85 + 0.25 * (3 - 6), 14);
    // r = 9 + 10, s = (6.6, 8.8), of length 11: 38 / 11.
    optimizer.step([Float64Array.of(3, 4)]);
    expect(optimizer.d).toBeCloseTo(38 / 11, 14);
    optimizer.set({ growthRate: 1.25 });
    // a = 19 / 55; r = 19 + 19 / 55 · 55, s = 11 + 19 / 11: the estimate is above 5 / 4 of what it was.
    optimizer.step([Float64Array.of(3, 4)]);
    expect(optimizer.d).toBeCloseTo((5 / 4) * (38 / 11), 14);
    expect(optimizer.stateDict().state[0]!['x0']).toEqual(Float64Array.of(3, 7));
    expect(() => optimizer.set({ d0: 1 })).toThrow(OptionError);
  });

  test('the model is all tensors, and one may come later', () => {
    const [a, b] = [Float64Array.of(3), Float64Array.of(-4)];
    const optimizer = new DAdaptSGD([a, b], { d0: 1, backend });
    expect(optimizer.d).toBe(1);
    optimizer.step([Float64Array.of(2), null]);
    expect([a[0], b[0]]).toEqual([2, -4]);
    optimizer.step([null, Float64Array.of(2)]);
    expect([a[0], b[0]]).toEqual([2, -5]);
    expect(optimizer.stateDict().model!['g0_norm']).toBe(2);
  });
});
