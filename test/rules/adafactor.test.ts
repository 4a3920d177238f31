import { describe, expect, test } from 'vitest';
import { Adafactor, OptionError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, followsGolden, onEachBackend, waves } from './trajectory.js';

followsGolden('adafactor-torch', Adafactor);
keepsStages(Adafactor, 'own', { lr: 0.1, weightDecay: 0.1 });

describe('by hand', () => {
  // At the first step the moments are the squares, so u is the sign; the parameter's root mean square is 5 / √2.
  worked('the step has the size of the parameter', Adafactor, {
    options: { lr: 0.1 },
    start: [3, -4],
    grads: [[2, -7]],
    gives: [[3 - 0.1 * (5 / Math.SQRT2), -4 + 0.1 * (5 / Math.SQRT2)]],
    state: { variance: [4, 49] },
  });
  worked(
    'and at least eps[1] of it; lr is the largest relative step, and weight decay goes by it',
    Adafactor,
    {
      options: { lr: 7, eps: [1e-10, 0.5], weightDecay: 0.1 },
      start: [0, 0],
      grads: [
        [2, -7],
        [2, 0],
      ],
      gives: [
        [-0.5, 0.5],
        (() => {
          // 2^-0.8 of the new enters.
          const rest = 2 ** -0.8;
          const v = [4, 49 - rest * 49];
          const u = [2 / Math.sqrt(v[0]!), 0];
          const rms = Math.sqrt((u[0]! ** 2 + u[1]! ** 2) / 2);
          const step = (0.5 * Math.SQRT1_2) / Math.max(1, rms);
          return [-0.5 * (1 - 0.7) - step * u[0]!, 0.5 * (1 - 0.7)];
        })(),
      ],
    },
  );
  // An update of root mean square 2 and 4.
  worked('updates are clipped at d', Adafactor, {
    options: { lr: 1, d: 2, beta2Decay: -1000, eps: [0, 1] },
    start: [0],
    grads: [[1], [4]],
    gives: [[-1], [-1 - 2 * Math.SQRT1_2]],
    state: { variance: [1] },
  });
});

onEachBackend(backend => {
  // Gradients are far below it: it is what they are divided by.
  test.each([
    ['float32', Float32Array, 2 ** -23],
    ['float64', Float64Array, 2 ** -52],
  ] as const)('the least moment in %s', (_, Type, least) => {
    const gives = (options: object): number => {
      const p = new Type(1);
      const optimizer = new Adafactor([p], { ...options, lr: 1, backend });
      optimizer.step([Type.of(least / 1024)] as never);
      return p[0]!;
    };
    expect(gives({}) / -(1e-3 / 1024)).toBeCloseTo(1, 6);
    expect(gives({ eps: [least, 1e-3] })).toBe(gives({}));
    expect(gives({ eps: [2 * least, 1e-3] })).toBe(gives({}) / 2);
  });

  test('of three dimensions the last two are matrices, each with a mean of its own', () => {
    const [matrices, rows, columns] = [2, 5, 4] as const;
    const n = matrices * rows * columns;
    const p = Float64Array.from(waves(0, n));
    const mine = Array.from(p);
    const optimizer = new Adafactor([p], {
      shapes: [[matrices, rows, columns]],
      lr: 5,
      eps: [1e-7, 1e-3],
      backend,
    });
    const [R, C] = [new Array(matrices * rows).fill(0), new Array(matrices * columns).fill(0)];
    for (let t = 1; t <= 3; t++) {
      const g = waves(t, n);
      optimizer.step([g]);
      const rest = t ** -0.8;
      for (let i = 0; i < R.length; i++) {
        const own = Array.from(g.subarray(i * columns, (i + 1) * columns), x => x * x);
        R[i] += rest * (own.reduce((a, b) => a + b) / columns - R[i]);
      }
      for (let j = 0; j < C.length; j++) {
        const [m, c] = [Math.floor(j / columns), j % columns];
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += g[(m * rows + r) * columns + c]! ** 2;
        C[j] += rest * (sum / rows - C[j]);
      }
      const u = Array.from(g, (x, i) => {
        const [row, c] = [Math.floor(i / columns), i % columns];
        const m = Math.floor(row / rows);
        const mean = R.slice(m * rows, (m + 1) * rows).reduce((a, b) => a + b) / rows;
        return x / Math.sqrt(Math.max((R[row] * C[m * columns + c]) / Math.max(mean, 1e-7), 1e-14));
      });
      const rms = (values: readonly number[]) => Math.sqrt(values.reduce((a, x) => a + x * x, 0) / n);
      const step = Math.max(1e-3, rms(mine)) / Math.sqrt(t) / Math.max(1, rms(u));
      for (let i = 0; i < n; i++) mine[i]! -= step * u[i]!;
    }
    for (let i = 0; i < n; i++) expect(p[i]! / mine[i]!).toBeCloseTo(1, 11);
    const { row_var, col_var } = optimizer.stateDict().state[0]!;
    expectNear(row_var as Float64Array, R, R);
    expectNear(col_var as Float64Array, C, C);
  });

  test('rows without columns have moments of 0', () => {
    const optimizer = new Adafactor([new Float64Array(0)], { shapes: [[2, 0]], backend });
    optimizer.step([new Float64Array(0)]);
    expect(optimizer.stateDict().state[0]!['row_var']).toEqual(Float64Array.of(0, 0));
  });
});

test('the size of a parameter has a number', () => {
  expect(() => new Adafactor([new Float32Array(1)], { eps: [null, null] as never })).toThrow(OptionError);
});
