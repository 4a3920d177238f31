import { describe, expect, test } from 'vitest';
import { SOAP } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, followsGolden, onEachBackend, waves } from './trajectory.js';

const options = ({ shampooBeta, ...others }: Readonly<Record<string, unknown>>) => ({
  ...others,
  shampooBeta: (shampooBeta as number) < 0 ? null : shampooBeta,
});
followsGolden('soap', SOAP, { options, ours: ['L', 'QL', 'QR', 'R'], float64: 1e-9, float32: 1e-3 });
keepsStages(SOAP, 'own', { lr: 0.1, weightDecay: 0.1 });
keepsStages(SOAP, 'own', { lr: 0.1, normalizeGrads: true });

describe('by hand', () => {
  // Of one row and one column all bases are 1.
  worked('the first gradient moves nothing, the second is the first update', SOAP, {
    options: { lr: 0.5, betas: [0.75, 0.5], eps: 1, weightDecay: 0.25, shapes: [[1, 1]] },
    start: [2],
    grads: [[8], [4], null],
    gives: [
      [2],
      // m is 1, v is 8; corrected by √(1 - 0.5) / (1 - 0.75).
      [(2 - (0.5 * Math.sqrt(0.5) * 4 * 1) / (Math.sqrt(8) + 1)) * (1 - 0.125)],
      [(2 - (0.5 * Math.sqrt(0.5) * 4 * 1) / (Math.sqrt(8) + 1)) * (1 - 0.125)],
    ],
    state: { exp_avg: [1], exp_avg_sq: [8], L: [24], R: [24], QL: [1], QR: [1] },
  });
  worked('a vector has no basis; each of its steps has a mean square of 1 with normalizeGrads', SOAP, {
    options: { lr: 0.5, betas: [0, 0], eps: 0, weightDecay: 0, normalizeGrads: true, correctBias: false },
    start: [0, 0],
    grads: [
      [1, 1],
      [3, -0.5],
    ],
    gives: [
      [0, 0],
      [-0.5, 0.5],
    ],
    state: { exp_avg: [3, -0.5], exp_avg_sq: [9, 0.25] },
  });
  // The gradient is s (1, 1) of two columns: in its basis one number, √2 s, whose step is 1, and back it is √½ of each.
  worked('divides by what the gradient is in the basis, where it is one number', SOAP, {
    options: { lr: 1, betas: [0, 0], eps: 1e-30, weightDecay: 0, correctBias: false, shapes: [[1, 2]] },
    start: [0, 0],
    grads: [
      [1, 1],
      [3, 3],
    ],
    gives: [
      [0, 0],
      [-Math.SQRT1_2, -Math.SQRT1_2],
    ],
  });
});

onEachBackend(backend => {
  test('what is too long for a basis goes the way of vectors, which is that of Adam', () => {
    const given = { lr: 0.1, betas: [0.8, 0.9], eps: 1e-3, weightDecay: 0.5, backend } as const;
    const [p, q] = [waves(1, 6), waves(1, 6)];
    const matrix = new SOAP([p], { ...given, shapes: [[2, 3]], maxPrecondDim: 1 });
    const vector = new SOAP([q], given);
    const [m, v, x] = [new Float64Array(6), new Float64Array(6), waves(1, 6)];
    for (let t = 0; t <= 4; t++) {
      const g = waves(t, 6);
      matrix.step([g]);
      vector.step([g]);
      // The first gradient is none of an update.
      for (let i = 0; t > 0 && i < 6; i++) {
        m[i] = 0.8 * m[i]! + 0.2 * g[i]!;
        v[i] = 0.9 * v[i]! + 0.1 * g[i]! * g[i]!;
        const size = (0.1 * Math.sqrt(1 - 0.9 ** t)) / (1 - 0.8 ** t);
        x[i] = (x[i]! - (size * m[i]!) / (Math.sqrt(v[i]!) + 1e-3)) * 0.95;
      }
    }
    expect(p).toEqual(q);
    expectNear(p, Array.from(x), [1e3]);
    expect(Object.keys(matrix.stateDict().state[0]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
  });

  test('bases stay orthogonal, and come to stand along eigenvectors', () => {
    const n = 4;
    const optimizer = new SOAP([new Float64Array(n * n)], {
      shapes: [[n, n]],
      preconditionFrequency: 1,
      shampooBeta: 0.5,
      backend,
    });
    // Rows of sizes 8, 4, 2, 1 beside a little noise: the eigenvalues are far apart.
    const g = waves(1, n * n).map((x, i) => Math.sin(x) * 2 ** (3 - Math.floor(i / n)));
    for (let t = 1; t <= 60; t++) optimizer.step([g]);
    const { L, QL } = optimizer.stateDict().state[0] as unknown as Record<string, Float64Array>;
    const at = (m: Float64Array, i: number, j: number) => m[i * n + j]!;
    const times = (a: Float64Array, b: Float64Array, turned: boolean) =>
      Float64Array.from({ length: n * n }, (_, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        let sum = 0;
        for (let m = 0; m < n; m++) sum += at(a, turned ? m : i, turned ? i : m) * at(b, m, j);
        return sum;
      });
    const one = times(QL!, QL!, true);
    for (let k = 0; k < n * n; k++) expect(one[k]).toBeCloseTo(k % (n + 1) === 0 ? 1 : 0, 12);
    const along = times(QL!, times(L!, QL!, false), true);
    const diagonal = Array.from({ length: n }, (_, i) => at(along, i, i));
    for (let k = 0; k < n * n; k++)
      if (k % (n + 1) !== 0) expect(Math.abs(along[k]!)).toBeLessThan(1e-9 * diagonal[0]!);
    expect(diagonal).toEqual([...diagonal].sort((a, b) => b - a));
  });

  test('the numbers do not depend on how rows and columns are called', () => {
    const [p, q] = [waves(1, 6), new Float64Array(6)];
    const turn = (x: Float64Array, rows: number) =>
      x.map((_, k) => x[(k % rows) * (x.length / rows) + Math.floor(k / rows)]!);
    q.set(turn(p, 2));
    const upright = new SOAP([p], { shapes: [[2, 3]], preconditionFrequency: 2, backend });
    const lying = new SOAP([q], { shapes: [[3, 2]], preconditionFrequency: 2, backend });
    for (let t = 1; t <= 8; t++) {
      upright.step([waves(t, 6)]);
      lying.step([turn(waves(t, 6), 2)]);
    }
    expectNear(q, Array.from(turn(p, 2)), [1e4]);
  });

  test('goes on with the same bits out of a checkpoint, with frequency and all', () => {
    const given = { shapes: [[3, 4], [5], [2, 2, 3]], preconditionFrequency: 2, backend } as const;
    const lengths = [12, 5, 12];
    const make = () => lengths.map((length, i) => Float32Array.from(waves(i, length)));
    const grads = (t: number) => lengths.map((length, i) => Float32Array.from(waves(t + i, length)));
    const [whole, half, resumed] = [make(), make(), make()];
    const first = new SOAP(whole, given);
    const second = new SOAP(half, given);
    for (let t = 1; t <= 7; t++) first.step(grads(t));
    for (let t = 1; t <= 4; t++) second.step(grads(t));
    const third = new SOAP(resumed, { ...given, preconditionFrequency: 9 });
    third.deserialize(second.serialize());
    for (let t = 5; t <= 7; t++) third.step(grads(t));
    expect(resumed).toEqual(whole);
    expect(third.stateDict()).toEqual(first.stateDict());
    expect(third.stateDict().state[2]!.QR).toBeInstanceOf(Float64Array);
    expect(third.stateDict().state[2]!.QR).toHaveLength(36);
  });

  test('what is not finite becomes NaN, and ends', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const p = new Float64Array(6);
      const optimizer = new SOAP([p], { shapes: [[2, 3]], preconditionFrequency: 1, backend });
      for (let t = 1; t <= 3; t++) optimizer.step([Float64Array.of(t === 2 ? odd : 1, 1, 2, 3, 4, 5)]);
      expect(p.every(Number.isNaN)).toBe(true);
    }
  });

  test.each([[[0]], [[0, 3]], [[3, 0]]])('shape %j has no elements, and steps all the same', shape => {
    const optimizer = new SOAP([new Float64Array(0)], { shapes: [shape], preconditionFrequency: 1, backend });
    for (let t = 1; t <= 3; t++) optimizer.step([new Float64Array(0)]);
    expect(optimizer.steps).toBe(3);
  });
});

test('a step off the thread has the same bits', async () => {
  const make = () => Float64Array.from(waves(1, 12));
  const shared = () => new Float64Array(new SharedArrayBuffer(96));
  const [p, q, g] = [make(), shared(), shared()];
  q.set(p);
  const here = new SOAP([p], { shapes: [[3, 4]], preconditionFrequency: 2 });
  const there = new SOAP([q], { shapes: [[3, 4]], preconditionFrequency: 2 });
  for (let t = 1; t <= 5; t++) {
    g.set(waves(t, 12));
    here.step([g]);
    await there.stepAsync([g]);
  }
  expect(Array.from(q)).toEqual(Array.from(p));
  expect(there.stateDict()).toEqual(here.stateDict());
});
