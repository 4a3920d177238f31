import { describe, expect, test } from 'vitest';
import { Shampoo } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectWithin, followsGolden, onEachBackend, waves } from './trajectory.js';

followsGolden('shampoo', Shampoo, { ours: ['L', 'L_root', 'R', 'R_root'] });
keepsStages(Shampoo, 'coupled', { lr: 0.1, matrixEps: 0.01 });
keepsStages(Shampoo, 'decoupled', { lr: 0.1, decoupledWeightDecay: true });

describe('by hand', () => {
  // R is eps I + 25 v vᵀ of a first gradient 5 v, and v is an eigenvector: 1 / √26 of it is left.
  worked('a vector is divided by the root of its square and eps', Shampoo, {
    options: { lr: 0.5, matrixEps: 1 },
    start: [1, -2],
    grads: [[3, 4], null, [-4, 3]],
    gives: [
      [1 - (0.5 * 3) / Math.sqrt(26), -2 - (0.5 * 4) / Math.sqrt(26)],
      [1 - (0.5 * 3) / Math.sqrt(26), -2 - (0.5 * 4) / Math.sqrt(26)],
      // The second stands upright on the first, so that R is 26 I.
      [1 - (0.5 * -1) / Math.sqrt(26), -2 - (0.5 * 7) / Math.sqrt(26)],
    ],
    state: { R: [26, 0, 0, 26] },
  });
  worked('the order of a vector is 1: all of its inverse', Shampoo, {
    options: { lr: 0.5, matrixEps: 1, exponent: 'order' },
    start: [1, -2],
    grads: [[3, 4]],
    gives: [[1 - 1.5 / 26, -2 - 2 / 26]],
  });
  // L and R are diagonal: 17 and 2 of rows, 2 and 17 of columns.
  worked('a matrix is divided by fourth roots from both sides', Shampoo, {
    options: { lr: 1, matrixEps: 1, shapes: [[2, 2]] },
    start: [0, 0, 0, 0],
    grads: [[0, 4, 1, 0]],
    gives: [[0, -4 / Math.sqrt(17), -1 / Math.sqrt(2), 0]],
    state: { L: [17, 0, 0, 2], R: [2, 0, 0, 17] },
  });
  worked('roots are taken every second step, and the last ones multiply until then', Shampoo, {
    options: { lr: 1, matrixEps: 1, preconditioningComputeSteps: 2 },
    start: [0],
    grads: [[Math.sqrt(3)], [1], [2]],
    gives: [
      [-Math.sqrt(3) / 2],
      [-Math.sqrt(3) / 2 - 1 / 2],
      // 1 + 3 + 1 + 4.
      [-Math.sqrt(3) / 2 - 1 / 2 - 2 / 3],
    ],
  });
  worked('of a matrix whose rows are too many, the columns alone have a square root', Shampoo, {
    options: { lr: 1, matrixEps: 1, maxPrecondDim: 1, shapes: [[2, 1]] },
    start: [0, 0],
    grads: [[3, 4]],
    gives: [[-3 / Math.sqrt(26), -4 / Math.sqrt(26)]],
    state: { R: [26] },
  });
  worked('what is too long goes down its gradient, with the decay of the stages', Shampoo, {
    options: { lr: 0.5, weightDecay: 0.5, maxPrecondDim: 1, shapes: [[2, 2]] },
    start: [1, 2, 3, 4],
    grads: [[1, 1, 1, 1]],
    gives: [[1 - 0.75, 2 - 1, 3 - 1.25, 4 - 1.5]],
  });
});

onEachBackend(backend => {
  // In a direction that no gradient has had nothing but eps stands.
  test('divides by no less than eps, however large the statistics are', () => {
    const p = new Float64Array(2);
    const optimizer = new Shampoo([p], { lr: 1, matrixEps: 1e-4, backend });
    optimizer.step([Float64Array.of(1e9, 1e9)]);
    optimizer.step([Float64Array.of(1, -1)]);
    // Rounding 1e18 is far above the eps beside it; without it the step would be NaN, or without bound.
    expect(Math.abs(p[0]! - p[1]!)).toBeLessThan(2 / Math.sqrt(1e-4) + 1);
    expect(p.every(Number.isFinite)).toBe(true);
  });

  test('a filter is out × (in · height · width)', () => {
    const [filter, matrix] = [waves(1, 24), waves(1, 24)];
    const folded = new Shampoo([filter], { shapes: [[3, 2, 2, 2]], backend });
    const plain = new Shampoo([matrix], { shapes: [[3, 8]], backend });
    for (let t = 1; t <= 3; t++) {
      folded.step([waves(t, 24)]);
      plain.step([waves(t, 24)]);
    }
    expect(filter).toEqual(matrix);
    expect(folded.stateDict().state[0]!.L).toHaveLength(9);
    expect(folded.stateDict().state[0]!.R).toHaveLength(64);
  });

  test.each([[[0]], [[0, 3]], [[3, 0]]])('shape %j has no elements, and steps all the same', shape => {
    const optimizer = new Shampoo([new Float64Array(0)], { shapes: [shape], backend });
    optimizer.step([new Float64Array(0)]);
    expect(optimizer.steps).toBe(1);
  });

  test('what is not finite becomes NaN, and ends', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 1e200]) {
      const p = new Float64Array(6);
      const optimizer = new Shampoo([p], { shapes: [[2, 3]], backend });
      optimizer.step([Float64Array.of(odd, 1, 2, 3, 4, 5)]);
      expect(p.every(Number.isNaN)).toBe(true);
    }
  });

  // In the basis of its eigenvectors, the curvature of each side of a quadratic counts as its root alone.
  test('comes to the least point of a matrix that is stretched along its sides', () => {
    const p = new Float64Array(12).fill(1);
    const optimizer = new Shampoo([p], { lr: 3, shapes: [[3, 4]], backend });
    const [tall, wide] = [
      [1, 10, 100],
      [1, 3, 9, 27],
    ];
    const value = () => p.reduce((sum, x, i) => sum + tall[Math.floor(i / 4)]! * wide[i % 4]! * x * x, 0) / 2;
    const before = value();
    for (let t = 1; t <= 200; t++)
      optimizer.step([p.map((x, i) => tall[Math.floor(i / 4)]! * wide[i % 4]! * x)]);
    expect(value()).toBeLessThan(1e-6 * before);
  });

  test('goes on with the same bits out of a state, and with another frequency', () => {
    const options = { shapes: [[3, 4], [5]], preconditioningComputeSteps: 3, backend } as const;
    const make = () => [waves(1, 12), waves(2, 5)];
    const [whole, resumed] = [make(), make()];
    const first = new Shampoo(whole, options);
    const second = new Shampoo(resumed, options);
    const grads = (t: number) => [waves(t, 12), waves(t + 1, 5)];
    for (let t = 1; t <= 5; t++) first.step(grads(t));
    for (let t = 1; t <= 2; t++) second.step(grads(t));
    const third = new Shampoo(resumed, { ...options, preconditioningComputeSteps: 7 });
    third.loadStateDict(second.stateDict());
    for (let t = 3; t <= 5; t++) third.step(grads(t));
    expect(resumed).toEqual(whole);
    third.set({ preconditioningComputeSteps: 2 });
    third.step(grads(6));
    first.step(grads(6));
    expect(resumed).toEqual(whole);
    third.step(grads(7));
    expect(resumed[0]).not.toEqual(whole[0]);
  });

  test('statistics are doubles of float32 parameters', () => {
    const optimizer = new Shampoo([new Float32Array(6)], { shapes: [[2, 3]], backend });
    optimizer.step([Float32Array.of(0.1, 1, 2, 3, 4, 5)]);
    const { L, R } = optimizer.stateDict().state[0]!;
    const x = Math.fround(0.1);
    expectWithin(L as Float64Array, [x * x + 5 + 1e-4, 3 * x + 14, 3 * x + 14, 50 + 1e-4], () => 1e-14, 'L');
    expect(R).toBeInstanceOf(Float64Array);
  });
});

test('the longest side stays as constructed', () => {
  const make = (maxPrecondDim: number) => {
    const optimizer = new Shampoo([new Float64Array(6)], { shapes: [[2, 3]], maxPrecondDim });
    optimizer.step([Float64Array.of(1, 2, 3, 4, 5, 6)]);
    return optimizer;
  };
  const optimizer = make(3);
  expect(() => optimizer.set({ maxPrecondDim: 2 })).toThrow(
    /Expected maxPrecondDim .* to stay as constructed, 3/,
  );
  expect(() => new Shampoo([new Float64Array(6)], { maxPrecondDim: (() => 3) as never })).toThrow(
    'Expected a number for maxPrecondDim, got a function of the step',
  );
  expect(() => optimizer.loadStateDict(make(2).stateDict())).toThrow(/"0"\]\.R to be Float64Array\(3×3\)/);
  expect(() => make(3).loadStateDict(make(3).stateDict())).not.toThrow();
});
