import { describe, expect, test } from 'vitest';
import { Amos, type FloatArray } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectWithin, onEachBackend, waves } from './trajectory.js';

const defaults = {
  lr: 1e-3,
  beta: 0.999,
  momentum: 0,
  clipValue: null as number | null,
  extraL2: 0,
  dCoef: 0.25,
  cCoef: 0.25,
  eps: 2 ** -125,
};

keepsStages(Amos, 'none', { lr: 0.3, eta: 0.7, momentum: 0.6, clipValue: 1, extraL2: 0.1 });

/** The authors' `update_fn` (jestimator/amos.py), between its clipping and its average, over one tensor of so many blocks. */
class Authors {
  readonly p: Float64Array;
  readonly v: Float64Array;
  readonly b: Float64Array;
  readonly ema: Float64Array;
  count = 0;

  constructor(start: ArrayLike<number>, blocks: number) {
    this.p = Float64Array.from(start);
    [this.v, this.b] = [new Float64Array(blocks), new Float64Array(blocks)];
    this.ema = new Float64Array(start.length);
  }

  step(given: FloatArray, o: typeof defaults, eta: number): void {
    this.count++;
    const { p, v, b, ema } = this;
    const size = p.length / v.length;
    const clip = o.clipValue ?? Number.POSITIVE_INFINITY;
    const grad = Array.from(given, x => Math.min(Math.max(x, -clip), clip));
    const biasCorrection = 1 - o.beta ** this.count;
    for (let block = 0; block < v.length; block++) {
      const own = grad.slice(block * size, (block + 1) * size);
      const g2 = own.reduce((sum, x) => sum + x ** 2, 0) / size;
      v[block] = v[block]! * o.beta + g2 * (1 - o.beta);
      const rcplVHat = biasCorrection / Math.max(v[block]!, o.eps);
      const decayFactorC = 1 / Math.sqrt(1 + o.cCoef * Math.sqrt(o.lr) * b[block]!);
      const gamma = decayFactorC * o.lr ** 2 * rcplVHat * g2;
      const initLr = o.lr * eta;
      const decayFactorD = 1 / (1 + o.dCoef * Math.sqrt(initLr) * b[block]!);
      own.forEach((g, k) => {
        const i = block * size + k;
        const l2Regularization = (-0.5 * gamma - o.extraL2) * p[i]!;
        const update = decayFactorD * (l2Regularization - initLr * Math.sqrt(rcplVHat) * g);
        ema[i] = o.momentum * ema[i]! + (1 - o.momentum) * update;
        p[i]! += ema[i]!;
      });
      b[block]! += gamma * (1 + b[block]!);
    }
  }
}

const options = { lr: 1, eta: 1, beta: 0.5, cCoef: 3, dCoef: 1 };
// v = 2, r = (1 - 1/2) / 2 = 1/4, γ = 1/4 · 4 = 1, so p loses 1/2 · 2 + 1/2 · 4, and b = 1; then v = 3, r = 3/4 / 3,
// γ = 1/4 · 4 / √(1 + 3) = 1/2, and p loses (1 + 1/4 · 1) / (1 + 1); b = 1 + 1/2 · 2.
const work = { start: [4], grads: [[2], [2]], gives: [[1], [0.375]], state: { v: [3], b: [2] } };
worked('by hand: an element', Amos, { ...work, options });
// The mean of the squares is 4.
const row = [Math.sqrt(7), -1];
worked('by hand: a row', Amos, {
  options: { ...options, shapes: [[1, 2]] },
  start: [4, 0],
  grads: [row],
  gives: [[4 - (row[0]! / 2 + 2), 0.5]],
  state: { v_row: [2], b_row: [1] },
});
// 2 is what is left of 9; p loses half of 1 + (1/2 + 1/4) 4, and then half of that and half of nothing.
worked('by hand: clipped, averaged, and with a decay of its own', Amos, {
  options: { ...options, momentum: 0.5, clipValue: 2, extraL2: 0.25 },
  start: [4],
  grads: [[9]],
  gives: [[2]],
  state: { ema: [-2], v: [2], b: [1] },
});

onEachBackend(backend => {
  describe("the authors' loop", () => {
    // By tensor: its shape, in how many blocks, and the eta that it has where none is given.
    const tensors = [
      [[3, 4], 3, 1 / 2],
      [[2, 3, 2], 2, 1 / Math.sqrt(6)],
      [[1, 6], 1, 1 / Math.sqrt(6)],
      [[5, 1], 5, 1],
      [[7], 7, 0.5],
    ] as const;

    test.each([
      [{ lr: 0.1, beta: 0.9 }, null],
      [{ lr: 0.5, beta: 0.98, momentum: 0.9, clipValue: 0.4, extraL2: 0.01 }, 0.7],
      [{ lr: 1, dCoef: 2, cCoef: 0, eps: 0.01 }, 0.1],
      [{ cCoef: 1 }, null],
    ])('%o, eta %s', (given, eta) => {
      const o = { ...defaults, ...given };
      const params = tensors.map(([shape], k) =>
        Float64Array.from(
          waves(
            30 + k,
            shape.reduce((a: number, b) => a * b, 1),
          ),
        ),
      );
      const authors = tensors.map(([, blocks], k) => new Authors(params[k]!, blocks));
      const shapes = tensors.map(([shape]) => shape);
      const optimizer = new Amos(params, { ...given, eta, shapes, backend });
      for (let t = 1; t <= 25; t++) {
        const grads = params.map((p, k) =>
          (t + k) % 4 === 0 ? null : Float64Array.from(waves(t + 7 * k, p.length)),
        );
        optimizer.step(grads);
        grads.forEach((g, k) => {
          if (g !== null) authors[k]!.step(g, o, eta ?? tensors[k]![2]);
        });
        params.forEach((p, k) => {
          expectWithin(p, authors[k]!.p, x => 1e-12 * Math.max(1, Math.abs(x)), `step ${t}, params[${k}]`);
        });
      }
      const { state } = optimizer.stateDict();
      authors.forEach(({ v, b, ema }, k) => {
        const near = (x: number) => 1e-11 * Math.max(Math.abs(x), 1e-6);
        const names = tensors[k]![0].length < 2 ? ['v', 'b'] : ['v_row', 'b_row'];
        [v, b].forEach((own, i) => {
          expectWithin(state[k]![names[i]!] as FloatArray, own, near, names[i]!);
        });
        expect('ema' in state[k]!).toBe('momentum' in given);
        if ('momentum' in given) expectWithin(state[k]!.ema as FloatArray, ema, near, 'ema');
      });
    });
  });

  // The two tests of the authors' code, which take ten thousand steps, too; there in single precision.
  test('finds the least point of a parabola', () => {
    const p = Float64Array.of(-1, 10, 1);
    const optimizer = new Amos([p], { lr: 1, eta: 1, shapes: [[1, 3]], backend });
    const best = [1, -1, 1];
    for (let t = 0; t < 10_000; t++) optimizer.step([p.map((x, i) => 2 * (x - best[i]!))]);
    best.forEach((x, i) => {
      expect(p[i]).toBeCloseTo(x, 7);
    });
  });

  test("finds that of Rosenbrock's function", () => {
    const p = Float64Array.of(0, 0);
    const over = { lr: 0.5, eta: 1, beta: 0.5, clipValue: 1, momentum: 0.9 };
    const optimizer = new Amos([p], { ...over, shapes: [[1, 2]], backend });
    for (let t = 0; t < 10_000; t++) {
      const [x, y] = p as unknown as [number, number];
      const valley = y - x * x;
      optimizer.step([Float64Array.of(-2 * (1 - x) - 400 * x * valley, 200 * valley)]);
    }
    expect(p[0]).toBeCloseTo(1, 7);
    expect(p[1]).toBeCloseTo(1, 7);
  });

  test.each(['float32', 'float64'])('what has had no gradient yet stays, in %s', dtype => {
    const Type = dtype === 'float32' ? Float32Array : Float64Array;
    const params = [Type.of(1, -2, 3, 0), Type.of(5, 6)];
    const before = params.map(p => p.slice());
    const optimizer = new Amos(params, { shapes: [[2, 2], [2]], lr: 1, backend });
    optimizer.step(params.map(p => p.slice().fill(0)));
    expect(params).toEqual(before);
    optimizer.step([Type.of(0, 0, 1, 1), Type.of(0, 1)]);
    expect([...params[0]!.slice(0, 2), params[1]![0]]).toEqual([1, -2, 5]);
    expect(params.every(p => p.every(Number.isFinite))).toBe(true);
    expect(params[1]![1]).toBeLessThan(6);
  });

  test('a NaN is not clipped away, and one of a row makes all of it NaN', () => {
    const params = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2)];
    const optimizer = new Amos(params, { clipValue: 1, shapes: [[2, 2], [2]], backend });
    optimizer.step([Float64Array.of(Number.NaN, 1, 1, 1), Float64Array.of(Number.NaN, 1)]);
    expect(params.map(p => [...p].map(Number.isNaN))).toEqual([
      [true, true, false, false],
      [true, false],
    ]);
  });

  test('a momentum that is switched on begins at zero', () => {
    const make = (momentum: number) => {
      const p = Float64Array.of(1, 2);
      return { p, optimizer: new Amos([p], { lr: 0.1, momentum, backend }) };
    };
    const [without, later] = [make(0), make(0.5)];
    without.optimizer.step([Float64Array.of(1, -1)]);
    later.optimizer.loadStateDict(without.optimizer.stateDict());
    expect(later.optimizer.stateDict().state[0]!.ema).toEqual(Float64Array.of(0, 0));
  });
});
