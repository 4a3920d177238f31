import { describe, expect, test } from 'vitest';
import { AdamW, type FloatArray, Muon, NorMuon } from '../../src/index.js';
import { worked } from './by-hand.js';
import { goesOnInGroups } from './goes-on.js';
import { keepsStages } from './stages.js';
import { expectWithin, onEachBackend, tensors, waves } from './trajectory.js';

keepsStages(NorMuon, 'own', { lr: 0.1, adamLr: 0.02, adamWeightDecay: 0.1 });

const [a, b, c] = [3.4445, -4.775, 2.0315];

type Matrix = number[][];
const times = (x: Matrix, y: Matrix): Matrix =>
  x.map(row => y[0]!.map((_, j) => row.reduce((sum, z, k) => sum + z * y[k]![j]!, 0)));
const turned = (x: Matrix): Matrix => x[0]!.map((_, j) => x.map(row => row[j]!));
const both = (x: Matrix, y: Matrix, of: (a: number, b: number) => number): Matrix =>
  x.map((row, i) => row.map((z, j) => of(z, y[i]![j]!)));
const norm = (x: Matrix): number => Math.sqrt(x.flat().reduce((sum, z) => sum + z * z, 0));

interface Options {
  readonly lr: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly beta2: number;
  readonly nesterov: boolean;
  readonly paper: boolean;
}

// The authors' normuon_update and SingleDeviceNorMuon, line by line, in doubles.
class Authors {
  readonly p: Matrix;
  readonly options: Options;
  readonly #momentum: Matrix;
  readonly #second: number[];

  constructor(p: Matrix, options: Options) {
    this.p = p;
    this.options = options;
    this.#momentum = p.map(row => row.map(() => 0));
    this.#second = p.map(() => 0);
  }

  step(grad: Matrix): void {
    const { lr, weightDecay, momentum: beta, beta2, nesterov, paper } = this.options;
    const lerp = (weight: number) => (x: number, y: number) => x + weight * (y - x);
    const momentum = both(this.#momentum, grad, lerp(1 - beta));
    this.#momentum.splice(0, momentum.length, ...momentum);
    let x = nesterov ? both(grad, momentum, lerp(beta)) : momentum;
    const [m, n] = [grad.length, grad[0]!.length];
    const size = norm(x) + 1e-7;
    x = (m > n ? turned(x) : x).map(row => row.map(z => z / size));
    for (let k = 0; k < 5; k++) {
      const square = times(x, turned(x));
      const poly = both(square, times(square, square), (y, z) => b * y + c * z);
      x = both(x, times(poly, x), (y, z) => a * y + z);
    }
    if (m > n) x = turned(x);
    const before = norm(x);
    x = x.map((row, i) => {
      const mean = row.reduce((sum, z) => sum + z * z, 0) / n;
      this.#second[i] = lerp(1 - beta2)(this.#second[i]!, mean);
      return row.map(z => z / (Math.sqrt(this.#second[i]!) + 1e-10));
    });
    const scale = paper
      ? (0.2 * Math.sqrt(m * n)) / norm(x)
      : (before / (norm(x) + 1e-10)) * Math.max(1, m / n) ** 0.5;
    this.p.splice(0, m, ...both(this.p, x, (y, z) => y * (1 - lr * weightDecay) - lr * scale * z));
  }

  get second(): readonly number[] {
    return this.#second;
  }
}

const matrix = (flat: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: flat.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => flat[i * columns + j]!),
  );

describe("the authors' numbers", () => {
  onEachBackend(backend => {
    const plain = { lr: 0.02, weightDecay: 0, momentum: 0.95, beta2: 0.95, nesterov: true, paper: false };
    const decayed = { ...plain, weightDecay: 0.3, momentum: 0.8, beta2: 0.6 };
    test.each([
      ['by default', [4, 7], plain],
      ['more rows than columns, decay', [9, 4], decayed],
      ["the paper's algorithm", [5, 6], { ...decayed, nesterov: false, paper: true }],
      ["the paper's, more rows", [8, 3], { ...plain, paper: true }],
    ] as const)('%s', (_, [rows, columns], options) => {
      for (const [dtype, tolerance] of [
        ['float64', 1e-11],
        ['float32', 3e-5],
      ] as const) {
        // No gradient is of so many sizes that its products lose all digits of a float.
        const values = (t: number) =>
          Array.from({ length: rows * columns }, (_, k) => Math.fround(Math.sin(1.7 * t + 2.3 * k * k)));
        const [params] = [tensors(dtype, [values(0)])] as const;
        const authors = new Authors(matrix(values(0), columns), options);
        const { paper, ...own } = options;
        const given = { ...own, shapes: [[rows, columns]], backend };
        const optimizer = new NorMuon(
          params,
          options === plain
            ? { shapes: given.shapes, backend }
            : { ...given, adjustLrFn: paper ? 'match_rms_adamw' : 'original' },
        );
        for (let t = 1; t <= 6; t++) {
          optimizer.step(tensors(dtype, [values(t)]));
          authors.step(matrix(values(t), columns));
          const bound = (x: number) => tolerance * Math.max(1, Math.abs(x));
          expectWithin(params[0]!, authors.p.flat(), bound, `${dtype}, step ${t}, element `);
        }
        const { second_momentum_buffer: second } = optimizer.stateDict().state[0]!;
        expectWithin(second as FloatArray, authors.second, x => 10 * tolerance * x, `${dtype}, v of row `);
      }
    });
  });
});

/** How long a step is along a row of a length, by what its mean square is averaged to: as before, but for what the authors add. */
const kept = (length: number, average: number): number => {
  const divided = length / (Math.sqrt(average) + 1e-10);
  return (length * divided) / (divided + 1e-10);
};

describe('by hand', () => {
  const row = { eps: 0, nsSteps: 0, shapes: [[1, 2]] };
  // The direction is of the length 1, so its mean square is a half, three times.
  const [first, second] = [kept(1, 0.25), kept(1, 0.375)];
  const size = Math.hypot(0.03, 0.76);
  const before = [0.9 - 0.3 * first, -1.8 - 0.4 * first] as const;
  worked('a row keeps its direction and its length, whatever the average', NorMuon, {
    options: { ...row, lr: 0.5, weightDecay: 0.2, momentum: 0.9, beta2: 0.5, nesterov: false },
    start: [1, -2],
    grads: [[3, 4], null, [-3, 4]],
    gives: [
      before,
      before,
      // The average is 0.1 (0.9 - 1) 3 and 0.1 (0.9 + 1) 4.
      [0.9 * before[0] + (0.5 * second * 0.03) / size, 0.9 * before[1] - (0.5 * second * 0.76) / size],
    ],
    state: { momentum_buffer: [-0.03, 0.76], second_momentum_buffer: [0.375] },
  });
  // Of rows of one number what is left is the sign, at first.
  const divided = [0.6, 0.8].map(x => x / (Math.sqrt(0.05 * x * x) + 1e-10)) as [number, number];
  const scale = Math.SQRT2 / (Math.hypot(...divided) + 1e-10);
  worked('at the first step all rows are as long, and all of it as before; the ratio is √2', NorMuon, {
    options: { lr: 1, momentum: 0, eps: 0, nsSteps: 0, shapes: [[2, 1]] },
    start: [0, 0],
    grads: [[3, -4]],
    gives: [[-scale * divided[0], scale * divided[1]]],
    state: { second_momentum_buffer: [0.05 * 0.36, 0.05 * 0.64] },
  });
  const root = Math.sqrt(0.05 * 0.5) + 1e-10;
  worked('match_rms_adamw: the root mean square is 0.2', NorMuon, {
    options: { ...row, lr: 1, momentum: 0, adjustLrFn: 'match_rms_adamw' },
    start: [0, 0],
    grads: [[3, 4]],
    gives: [[0.6, 0.8].map(x => (-0.2 * Math.SQRT2 * x) / root / (1 / root + 1e-10))],
  });
  worked('of a direction of zeros only the decay is left; eps is added to the norm', NorMuon, {
    options: { ...row, lr: 0.5, weightDecay: 0.5, momentum: 0, eps: 5 },
    start: [8, 8],
    grads: [
      [0, 0],
      [3, 4],
    ],
    gives: [[6, 6], [0.6, 0.8].map(x => 4.5 - 0.5 * kept(0.5, 0.05 * 0.125) * x)],
    state: { second_momentum_buffer: [0.05 * 0.125] },
  });
});

onEachBackend(backend => {
  const lengths = [12, 5, 24];
  const shapes = [[3, 4], [5], [2, 3, 4]];
  const start = () => lengths.map((length, i) => waves(i, length));
  const step = (t: number) => lengths.map((length, i) => waves(t + i, length));

  test('what is no matrix has the bits of AdamW, and of Muon', () => {
    const [params, others, last] = [start(), start(), start()];
    const adam = { adamLr: 0.02, adamBetas: [0.8, 0.9], adamEps: 1e-3, adamWeightDecay: 0.3 } as const;
    const normuon = new NorMuon(params, { ...adam, lr: 0.5, shapes, backend });
    const muon = new Muon(others, { ...adam, lr: 0.5, shapes, backend });
    const adamw = new AdamW(last.slice(1), {
      lr: 0.02,
      betas: [0.8, 0.9],
      eps: 1e-3,
      weightDecay: 0.3,
      backend,
    });
    for (let t = 1; t <= 4; t++) {
      for (const one of [normuon, muon]) one.step(step(t));
      adamw.step(step(t).slice(1));
    }
    expect(params.slice(1)).toEqual(last.slice(1));
    expect(params.slice(1)).toEqual(others.slice(1));
    expect(params[0]).not.toEqual(others[0]);
    const { state } = normuon.stateDict();
    expect(Object.keys(state[0]!)).toEqual(['step', 'momentum_buffer', 'second_momentum_buffer']);
    expect(Object.keys(state[2]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
  });

  test('so has a group without Muon', () => {
    const [params, others] = [start(), start()];
    const normuon = new NorMuon(params, { useMuon: false, shapes, backend });
    const adamw = new AdamW(others, { lr: 3e-4, betas: [0.9, 0.95], eps: 1e-10, weightDecay: 0, backend });
    for (let t = 1; t <= 3; t++) for (const one of [normuon, adamw]) one.step(step(t));
    expect(params).toEqual(others);
  });

  test('without elements', () => {
    for (const shape of [
      [2, 0],
      [0, 2],
    ]) {
      const optimizer = new NorMuon([new Float64Array(0)], { shapes: [shape], backend });
      optimizer.step([new Float64Array(0)]);
      expect(optimizer.stateDict().state[0]!.second_momentum_buffer).toEqual(new Float64Array(shape[0]!));
    }
  });

  test('groups of both kinds have one checkpoint, and go on with the same bits', () => {
    goesOnInGroups(groups => new NorMuon(groups as [], { backend }));
  });
});

test('learns a matrix whose rows are of very different sizes', () => {
  // Half of ‖(P - W) D‖², where a D says how much columns count.
  const [rows, columns] = [6, 4];
  const goal = Array.from(
    { length: rows * columns },
    (_, k) => Math.sin(3 * k * k) * 10 ** ((Math.floor(k / columns) % 3) - 1),
  );
  const p = new Float64Array(rows * columns);
  const optimizer = new NorMuon([p], { lr: t => 2 * 0.98 ** t, shapes: [[rows, columns]], backend: 'wasm' });
  const loss = () => p.reduce((sum, x, k) => sum + (x - goal[k]!) ** 2 * (1 + (k % columns)), 0);
  const before = loss();
  for (let t = 1; t <= 400; t++) optimizer.step([p.map((x, k) => (x - goal[k]!) * (1 + (k % columns)))]);
  expect(loss()).toBeLessThan(1e-4 * before);
});
