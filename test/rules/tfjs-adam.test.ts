import { describe, expect, test } from 'vitest';
import { defaultsOf } from '../../src/rule.js';
import { TfjsAdam, tfjsAdam } from '../../src/rules/tfjs-adam.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsTfjsGolden } from './tfjs-golden.js';
import { stepsLikeStock } from './tfjs-stock.js';
import { onEachBackend } from './trajectory.js';

// The powers of the betas are products in float32 in both types.
followsTfjsGolden('adam', TfjsAdam, { tolerance: 2e-6 });
stepsLikeStock('adam', TfjsAdam, {
  table: [
    { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: null },
    { learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
    { learningRate: -0.01, beta1: 0, beta2: 0.5, epsilon: 0 },
    { learningRate: 0.01, beta1: 0.9999, beta2: 0, epsilon: 0.1 },
  ],
});
keepsStages(TfjsAdam, 'none', { lr: 0.1, betas: [0.8, 0.5] });

describe('by hand', () => {
  // betas 1/2 and 3/4, eps 1, g = 4, 2:
  //   m = 2, 1 + 1 = 2; corrected by 1/2, 3/4: 4, 8/3
  //   v = 4, 3 + 1 = 4; corrected by 1/4, 7/16: 16, 64/7
  //   p = 1 - 0.1 · 4/(4 + 1), - 0.1 · (8/3)/(8/√7 + 1)
  // The powers that the next step takes are 1/2³ and (3/4)³. Element 1 has no gradient.
  const options = { lr: 0.1, betas: [0.5, 0.75], eps: 1 };
  const second = 0.92 - 0.8 / 3 / (8 / Math.sqrt(7) + 1);
  worked('two steps', TfjsAdam, {
    options,
    start: [1, -1],
    grads: [
      [4, 0],
      [2, 0],
    ],
    gives: [
      [0.92, -1],
      [second, -1],
    ],
    state: { step: 2, m: [2, 0], v: [4, 0], acc_beta1: 0.125, acc_beta2: 0.421875 },
  });

  // The first gradient is corrected as the second would be: m = 3/2 by 3/4, v = 9/4 by 7/16.
  //   p = 1 - 0.1 · 2/(6/√7 + 1)
  worked('a late first gradient is hardly corrected', TfjsAdam, {
    options,
    start: [1],
    grads: [null, [3]],
    gives: [[1], [1 - 0.2 / (6 / Math.sqrt(7) + 1)]],
    state: { step: 2, m: [1.5], v: [2.25], acc_beta1: 0.125, acc_beta2: 0.421875 },
  });

  // 0.9 and 0.999 are numbers of float32, and so are their differences to 1. m = 0.4, v = 0.016.
  worked('the defaults', TfjsAdam, {
    options: {},
    start: [1],
    grads: [[4]],
    gives: [[1 - (1e-3 * (0.4 / 0.10000002384185791)) / (Math.sqrt(0.016 / 0.0009999871253967285) + 1e-7)]],
    state: { m: [0.4], v: [0.016] },
  });
});

// In float64, too: the first is then 1 at the same step, and the shorter kernel does.
test('both corrections are numbers of float32', () => {
  const options = { ...defaultsOf(tfjsAdam), betas: [0.9, 0.999] as const };
  for (const power of [0.9, 0.123456789, 1e-7, 1e-8]) {
    const acc = Math.fround(power);
    const [, , , , first, second] = tfjsAdam.coefficients!(options, 1, { acc_beta1: acc, acc_beta2: acc }, 0);
    expect([first, second]).toEqual([Math.fround(1 - acc), Math.fround(1 - acc)]);
  }
});

onEachBackend(backend => {
  test.each([Float32Array, Float64Array])(
    'after 1000 steps 0.999 to the power of 1001 is 0.36733255: %o',
    Float => {
      const optimizer = new TfjsAdam([new Float(1), new Float(1)], { backend });
      // With gradients or without: the product is the optimizer's.
      for (let t = 1; t <= 1000; t++) optimizer.step([t % 2 ? Float.of(1) : null, null]);
      for (const i of [0, 1]) {
        expect(optimizer.stateDict().state[i]).toMatchObject({
          step: 1000,
          acc_beta2: Math.fround(0.36733255),
        });
      }
      expect(0.999 ** 1001).toBeCloseTo(0.36732773, 8);
    },
  );

  // Where beta1's power is nothing, a shorter kernel does; it must not be taken for the group beside it.
  test('groups that are corrected, and that are not, come to the bits of optimizers of their own', () => {
    const betas = [
      [0, 0.75],
      [0.5, 0.75],
    ] as const;
    const [together, apart] = [0, 1].map(() => betas.map(() => Float32Array.of(1, 2, 3)));
    const grouped = new TfjsAdam(
      betas.map((pair, i) => ({ params: [together![i]!], betas: pair })),
      { backend },
    );
    const singles = betas.map((pair, i) => new TfjsAdam([apart![i]!], { betas: pair, backend }));
    for (let t = 1; t <= 40; t++) {
      const grads = betas.map((_, i) => Float32Array.of(Math.sin(t + i), t % 5, 1 / t));
      grouped.step(grads.map((gradient, i) => [t % 4 === i ? null : gradient]));
      singles.forEach((single, i) => {
        single.step([t % 4 === i ? null : grads[i]!]);
      });
      expect(together).toEqual(apart);
    }
  });

  test('a tensor that sits out keeps all but its count and its powers', () => {
    const params = [Float32Array.of(1), Float32Array.of(1)];
    const optimizer = new TfjsAdam(params, { backend, betas: [0.5, 0.75] });
    for (let t = 0; t < 2; t++) optimizer.step(params.map(() => Float32Array.of(3)));
    const [{ m, v }, at] = [optimizer.stateDict().state[1]!, params[1]![0]];
    optimizer.step([Float32Array.of(3), null]);
    const { state } = optimizer.stateDict();
    expect(state[1]).toEqual({ step: 3, m, v, acc_beta1: 0.5 ** 4, acc_beta2: 0.75 ** 4 });
    expect(state[0]).toMatchObject({ step: 3, acc_beta1: 0.5 ** 4, acc_beta2: 0.75 ** 4 });
    expect(params[1]![0]).toBe(at);
    expect(state[0]!.m).not.toEqual(m);
  });
});
