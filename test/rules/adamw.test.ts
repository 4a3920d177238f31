import { describe, expect, test } from 'vitest';
import { Adam, AdamW } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('adamw', AdamW);
keepsStages(AdamW, 'decoupled', { lr: 0.1 });
keepsStages(AdamW, 'decoupled', { lr: 0.1, amsgrad: true, betas: [0.8, 0.5] });

describe('by hand', () => {
  // The weight decay of 1e-2 that is there by default: 2 (1 - 0.1 · 0.01) = 1.998, then 0.1 · 4/(4 + 1) as Adam.
  // A parameter of which nothing is known but its decay shrinks all the same: -3 · 0.999
  worked('the default decay', AdamW, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [2, -3],
    grads: [
      [4, 0],
      [-10, 0],
    ],
    gives: [
      [1.918, -2.997],
      [1.916082 + 1.6 / 27, -2.994003],
    ],
    state: { exp_avg: [-4, 0], exp_avg_sq: [28, 0] },
  });

  // 2 (1 - 0.1 · 0.5) = 1.9
  worked('weightDecay', AdamW, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1, weightDecay: 0.5 },
    start: [2],
    grads: [[4]],
    gives: [[1.82]],
  });
});

describe('Loshchilov and Hutter 2019', () => {
  const path = (Class: typeof Adam | typeof AdamW, options: object): Float64Array => {
    const param = new Float64Array(14).fill(1);
    const optimizer = new Class([param], options);
    for (let t = 0; t < 12; t++) optimizer.step([waves(t, 14)]);
    return param;
  };

  test('is Adam with decoupledWeightDecay, bit for bit', () => {
    const decay = { weightDecay: 0.1, lr: 0.01 };
    expect(path(AdamW, decay)).toEqual(path(Adam, { ...decay, decoupledWeightDecay: true }));
    expect(path(AdamW, decay)).not.toEqual(path(Adam, decay));
  });

  test('is Adam without a decay', () => {
    expect(path(AdamW, { weightDecay: 0 })).toEqual(path(Adam, {}));
  });

  // Section 2: an L2 term is divided by the root of the gradients' size, a decoupled decay is not.
  test('weights decay at the same rate whatever the size of their gradients', () => {
    const shrunk = (Class: typeof Adam | typeof AdamW, g: number): number => {
      const param = Float64Array.of(1);
      const optimizer = new Class([param], { lr: 0.01, weightDecay: 0.1 });
      // Gradients whose average is nothing.
      for (let t = 0; t < 100; t++) optimizer.step([Float64Array.of(t % 2 ? g : -g)]);
      const still = Float64Array.of(1);
      const same = new Class([still], { lr: 0.01, weightDecay: 0 });
      for (let t = 0; t < 100; t++) same.step([Float64Array.of(t % 2 ? g : -g)]);
      return still[0]! - param[0]!;
    };
    expect(shrunk(AdamW, 100) / shrunk(AdamW, 1)).toBeCloseTo(1, 6);
    expect(shrunk(Adam, 100) / shrunk(Adam, 1)).toBeLessThan(0.1);
  });
});
