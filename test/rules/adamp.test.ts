import { describe, expect, test } from 'vitest';
import { AdamP, AdamW } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend, waves } from './trajectory.js';

followsGolden('adamp', AdamP);
keepsStages(AdamP, 'own', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1, nesterov: true });

describe('by hand', () => {
  // Two filters of two elements. The averages keep nothing, so u = g / (|g| + 1). The shape says that there are two rows.
  const options = { lr: 0.5, betas: [0, 0], eps: 1, weightDecay: 0.1, wdRatio: 0.5, shapes: [[2, 2, 1]] };
  const start = [3, 4, 0, 2];
  // Both gradients stand upright on their rows; ⟨p, u⟩ is -2.4 + 3 in the first, and ‖p‖ + eps 6.
  worked('by rows', AdamP, {
    options,
    start,
    grads: [[-4, 3, 5, 0]],
    gives: [
      [
        3 * 0.975 - 0.5 * (-0.8 - (3 * 0.6) / 36),
        4 * 0.975 - 0.5 * (0.75 - (4 * 0.6) / 36),
        -2.5 / 6,
        2 * 0.975,
      ],
    ],
    state: { exp_avg: [-4, 3, 5, 0], exp_avg_sq: [16, 9, 25, 0] },
  });
  // Neither does here, but 12 - 12 is 0.
  const part = (2.4 - 12 / 7) / (Math.sqrt(29) + 1) ** 2;
  worked('by all of it', AdamP, {
    options,
    start,
    grads: [[4, 0, 0, -6]],
    gives: [
      [
        3 * 0.975 - 0.5 * (0.8 - 3 * part),
        4 * 0.975 + 0.5 * 4 * part,
        0,
        2 * 0.975 + 0.5 * (6 / 7 + 2 * part),
      ],
    ],
  });
  worked('not at all', AdamP, {
    options,
    start,
    grads: [[-4, 3, 0, 1]],
    gives: [[3 * 0.95 + 0.4, 4 * 0.95 - 0.375, 0, 2 * 0.95 - 0.25]],
  });
  // 2.5 / (0.5 · 5) is 1, but with eps for both norms 2.5 / 100, below 0.05 / √2.
  const u = [0.3 / 10.3, 0.4 / 10.4];
  const along = (3 * u[0]! + 4 * u[1]!) / 225;
  worked('norms count as eps at least', AdamP, {
    options: { lr: 1, betas: [0, 0], eps: 10, delta: 0.05, shapes: [[1, 2]] },
    start: [3, 4],
    grads: [[0.3, 0.4]],
    gives: [[3 - (u[0]! - 3 * along), 4 - (u[1]! - 4 * along)]],
  });
});

onEachBackend(backend => {
  test('a vector is updated as by AdamW, and so is what has no shape', () => {
    const [p, q] = [waves(0, 12), waves(0, 12)];
    const options = { lr: 0.1, weightDecay: 0.1, backend };
    const [one, other] = [new AdamP([p], { ...options, delta: 9 }), new AdamW([q], options)];
    for (let t = 1; t <= 3; t++) for (const each of [one, other]) each.step([waves(t, 12)]);
    p.forEach((x, i) => {
      expect(x / q[i]!).toBeCloseTo(1, 14);
    });
    expect(Object.keys(one.stateDict().state[0]!).sort()).toEqual(['exp_avg', 'exp_avg_sq', 'step']);
  });
});
