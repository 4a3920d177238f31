import { describe, expect, test } from 'vitest';
import { TfjsAdadelta } from '../../src/rules/tfjs-adadelta.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';
import { expectNear, onEachBackend, waves } from './trajectory.js';

followsTfjsGolden('adadelta', TfjsAdadelta);
stepsLikeStock('adadelta', TfjsAdadelta, {
  table: [
    { learningRate: 1e-3, rho: 0.95, epsilon: null },
    { learningRate: 1, rho: 0.9, epsilon: 1e-6 },
    { learningRate: -0.1, rho: 0, epsilon: 0.5 },
  ],
  loads: true,
});
keepsStages(TfjsAdadelta, 'none', { lr: 0.1 });

describe('by hand', () => {
  // rho 3/4, eps 1. The averages begin with zeros, and this step's gradient is not in them: d = g = 2.
  //   s = 4/4 = 1, a = 4/4 = 1; then d = √2/√2 · (-4), s = a = 3/4 + 16/4
  worked('the first steps are as long as lr g', TfjsAdadelta, {
    options: { lr: 0.1, rho: 0.75, eps: 1 },
    start: [1],
    grads: [[2], null, [-4]],
    gives: [[0.8], [0.8], [1.2]],
    state: { step: 2, accum_grad: [4.75], accum_var: [4.75] },
  });

  // 1 - 1e-3 · 4; 16 · 0.05 in both averages
  worked('the defaults', TfjsAdadelta, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[0.996]],
    state: { accum_grad: [0.8], accum_var: [0.8] },
  });

  onEachBackend(backend => {
    test('averages that differ, as only a loaded state has them', () => {
      const param = Float64Array.of(1);
      const optimizer = new TfjsAdadelta([param], { lr: 0.1, rho: 0.75, eps: 1, backend });
      optimizer.loadStateDict({
        ...optimizer.stateDict(),
        steps: 1,
        state: { 0: { step: 1, accum_grad: Float64Array.of(15), accum_var: Float64Array.of(3) } },
      });
      // d = √4/√16 · 4 = 2; s = 45/4 + 16/4, a = 9/4 + 4/4. With the new s it would be 2/√16.25 · 4.
      optimizer.step([Float64Array.of(4)]);
      expectNear(param, [0.8]);
      expect(optimizer.stateDict().state[0]).toEqual({
        step: 2,
        accum_grad: Float64Array.of(15.25),
        accum_var: Float64Array.of(3.25),
      });
    });
  });
});

// What dividing by the average of the step before comes to: both averages begin alike, hence d is g, and they go on alike.
test('from zeros, it is plain descent', () => {
  const param = new Float64Array(14);
  const optimizer = new TfjsAdadelta([param], { lr: 0.5 });
  const expected = param.slice();
  for (let t = 0; t < 20; t++) {
    const gradient = waves(t, 14);
    gradient.forEach((g, k) => {
      expected[k] = expected[k]! - 0.5 * g;
    });
    optimizer.step([gradient]);
    expect(param).toEqual(expected);
  }
});
