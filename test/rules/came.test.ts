import { describe, expect, test } from 'vitest';
import { CAME } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend, waves } from './trajectory.js';

// Where the steps nearly cancel, an average in float32 has lost digits.
followsGolden('came', CAME, { float32: 1e-3 });
keepsStages(CAME, 'decoupled', { lr: 0.1, betas: [0.7, 0.8, 0.9], weightDecay: 0.1 });

describe('by hand', () => {
  // v = 9/2, u = √2, which is clipped to 1.
  worked('a vector: no confidence', CAME, {
    options: { lr: 1, betas: [0.5, 0.5, 0.5], eps: [0, 0] },
    start: [2],
    grads: [[3]],
    gives: [[1.5]],
    state: { exp_avg: [0.5], exp_avg_sq: [4.5] },
  });
  // Both rows have half the mean of 1, both columns: R = C = 1/2, u = √2 times the sign, clipped to 1; m = 1/2, (u - m)² = 1/4. So
  // S = T = 1/8, and m / √T = √2.
  worked('a matrix', CAME, {
    options: { lr: 1, betas: [0.5, 0.5, 0.5], eps: [0, 0], shapes: [[2, 2]] },
    start: [0, 0, 0, 0],
    grads: [[1, -1, -1, 1]],
    gives: [[-Math.SQRT2, Math.SQRT2, Math.SQRT2, -Math.SQRT2]],
    state: {
      exp_avg: [0.5, -0.5, -0.5, 0.5],
      exp_avg_sq_row: [0.5, 0.5],
      exp_avg_sq_col: [0.5, 0.5],
      exp_avg_res_row: [0.125, 0.125],
      exp_avg_res_col: [0.125, 0.125],
    },
  });
});

describe('shapes', () => {
  onEachBackend(backend => {
    test('of three dimensions are matrices, each with a mean of its own', () => {
      // Clipped by nothing, since the root mean square is the whole tensor's.
      const options = { clipThreshold: 1e9, backend };
      const whole = waves(0, 24);
      const [first, second] = [whole.slice(0, 12), whole.slice(12)];
      const shape = [3, 4];
      const together = new CAME([whole], { ...options, shapes: [[2, 3, 4]] });
      const apart = new CAME([first, second], { ...options, shapes: [shape, shape] });
      for (let t = 1; t <= 3; t++) {
        const g = waves(t, 24);
        together.step([g]);
        apart.step([g.slice(0, 12), g.slice(12)]);
      }
      expect(whole).toEqual(Float64Array.of(...first, ...second));
    });

    test('without elements', () => {
      for (const shape of [
        [2, 0],
        [0, 2],
      ]) {
        const optimizer = new CAME([new Float64Array(0)], { shapes: [shape], backend });
        optimizer.step([new Float64Array(0)]);
        for (const values of Object.values(optimizer.stateDict().state[0]!))
          if (typeof values !== 'number') expect(values.every(Number.isFinite)).toBe(true);
      }
    });

    test('what is not finite stays so', () => {
      const p = Float64Array.of(1, 1);
      new CAME([p], { backend }).step([Float64Array.of(Number.NaN, 1)]);
      expect(p).toEqual(Float64Array.of(Number.NaN, Number.NaN));
    });
  });
});
