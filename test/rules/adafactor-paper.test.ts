import { describe, expect, test } from 'vitest';
import { AdafactorPaper, readSafetensors } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend, waves } from './trajectory.js';

followsGolden('adafactor-paper', AdafactorPaper);
keepsStages(AdafactorPaper, 'own', { lr: 0.1, relativeStep: false, beta1: 0.9, weightDecay: 0.1 });

describe('by hand', () => {
  // Moments that keep nothing: u is the sign of g. The parameter's root mean square is 5 / √2.
  const options = { decayRate: -1000, eps: [0, 1e-3] } as const;
  const size = 5 / Math.SQRT2;
  const up = [-1, 1];
  const grads = [[2, -7]];
  worked('lr is no more than 1 / √t', AdafactorPaper, {
    options: { ...options, lr: 7, scaleParameter: false },
    start: [3, -4],
    grads: [...grads, ...grads, ...grads],
    gives: [1, 1 + Math.SQRT1_2, 1 + Math.SQRT1_2 + 1 / Math.sqrt(3)].map(way => [3 - way, way - 4]),
  });
  worked('unless it is not relative; weight decay goes by the step size', AdafactorPaper, {
    options: { ...options, lr: 0.1, relativeStep: false, weightDecay: 0.5 },
    start: [3, -4],
    grads,
    gives: [up.map((sign, i) => [3, -4][i]! * (1 - 0.05 * size) + sign * 0.1 * size)],
  });
  worked('the size of a parameter is at least eps[1]', AdafactorPaper, {
    options: { ...options, lr: 0.1, eps: [0, 0.5] },
    start: [0, 0],
    grads,
    gives: [up.map(sign => sign * 0.05)],
  });
});

onEachBackend(backend => {
  test('a matrix of small gradients is divided by its mean, whatever that is; a side has one dimension', async () => {
    const [rows, columns] = [3, 4] as const;
    const n = rows * columns;
    const p = new Float64Array(n).fill(1);
    const g = waves(1, n).map(x => x * 1e-6);
    // So much is allowed that clipping hides nothing.
    const options = { lr: 0.1, eps: [1e-13, 0], clipThreshold: 1e12 } as const;
    const optimizer = new AdafactorPaper([p], { shapes: [[rows, columns]], ...options, backend });
    optimizer.step([g]);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const squares = Array.from(g, x => x * x + 1e-13);
    const R = Array.from({ length: rows }, (_, i) => mean(squares.slice(i * columns, (i + 1) * columns)));
    const C = Array.from({ length: columns }, (_, j) => mean(squares.filter((_, i) => i % columns === j)));
    const u = Array.from(g, (x, i) => {
      return x / Math.sqrt((R[Math.floor(i / columns)]! * C[i % columns]!) / mean(R));
    });
    for (let i = 0; i < n; i++) expect(p[i]).toBeCloseTo(1 - 0.1 * u[i]!, 13);
    const { tensors } = await readSafetensors(optimizer.serialize());
    expect(tensors.get('state.0.exp_avg_sq_row')?.shape).toEqual([rows]);
    expect(tensors.get('state.0.exp_avg_sq_col')?.shape).toEqual([columns]);
  });
});
