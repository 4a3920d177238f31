import { describe, expect, test } from 'vitest';
import { AdamW, type FloatArray, Muon } from '../../src/index.js';
import { worked } from './by-hand.js';
import { goesOnInGroups } from './goes-on.js';
import { keepsStages } from './stages.js';
import { expectWithin, followsGolden, golden, onEachBackend, tensors, waves } from './trajectory.js';

followsGolden('muon', Muon);
keepsStages(Muon, 'own', { lr: 0.1, adamLr: 0.02, adamWeightDecay: 0.1 });

const [a, b, c] = [3.4445, -4.775, 2.0315];

/** One step of a direction alone, without momentum or decay. */
function orthogonal(u: readonly number[], shape: readonly number[], options: object): Float64Array {
  const p = new Float64Array(u.length);
  const plain = { lr: 1, momentum: 0, nesterov: false, weightDecay: 0, ...options };
  new Muon([p], { ...plain, shapes: [shape] }).step([Float64Array.from(u)]);
  return p;
}

interface Iterated {
  readonly name: string;
  readonly shape: readonly number[];
  readonly hyper: { readonly coefficients: readonly number[]; readonly steps: number; readonly eps: number };
  readonly input: readonly number[];
  readonly output: readonly number[];
}

onEachBackend(backend => {
  test.each(golden<{ cases: Iterated[] }>('newton-schulz').cases)('newton-schulz.json: $name', kase => {
    const { shape, hyper, input, output } = kase;
    const [rows, columns] = shape as [number, number];
    const ratio = Math.sqrt(Math.max(1, rows / columns));
    const options = { nsCoefficients: hyper.coefficients, nsSteps: hyper.steps, eps: hyper.eps, backend };
    const x = orthogonal(input, shape, options).map(value => -value / ratio);
    expectWithin(x, output, y => 1e-11 * Math.max(1, Math.abs(y)), kase.name);
  });
});

// Of a single row, A is a number: each step makes x (a + b x² + c x⁴) of a length x.
const iterated = (x: number, times: number): number =>
  times === 0 ? x : iterated(x * (a + b * x * x + c * x ** 4), times - 1);

describe('by hand', () => {
  worked('a row keeps its direction; decay goes by lr', Muon, {
    options: { lr: 0.5, weightDecay: 0.2, momentum: 0.9, nesterov: false, nsSteps: 2, shapes: [[1, 2]] },
    start: [1, -2],
    grads: [[3, 4], null, [-3, 4]],
    gives: [
      [0.9 - 0.5 * iterated(1, 2) * 0.6, -1.8 - 0.5 * iterated(1, 2) * 0.8],
      [0.9 - 0.5 * iterated(1, 2) * 0.6, -1.8 - 0.5 * iterated(1, 2) * 0.8],
      // The average is 0.1 (3, 4), then 0.1 (0.9 - 1) 3 and 0.1 (0.9 + 1) 4.
      (() => {
        const [x, y] = [-0.03, 0.76];
        const size = Math.hypot(x, y);
        const before = [0.9 - 0.5 * iterated(1, 2) * 0.6, -1.8 - 0.5 * iterated(1, 2) * 0.8];
        return [x, y].map((one, i) => 0.9 * before[i]! - (0.5 * iterated(1, 2) * one) / size);
      })(),
    ],
    state: { momentum_buffer: [-0.03, 0.76] },
  });
  worked('a column, with the gradient brought towards the average; the ratio is √rows', Muon, {
    options: { lr: 0.5, weightDecay: 0, momentum: 0.75, nsSteps: 1, shapes: [[4, 1]] },
    start: [0, 0, 0, 0],
    grads: [
      [3, 0, 4, 0],
      [0, 2, 0, 0],
    ],
    gives: [
      [0.6, 0, 0.8, 0].map(x => -0.5 * 2 * (a + b + c) * x),
      (() => {
        // The average is a quarter of the first gradient, then 3/4 of that and a quarter of the second; u is 3/4 of it and a quarter of g.
        const u = [0.75 * 0.75 * 0.75, 0.75 * 0.5 + 0.25 * 2, 0.75 * 0.75, 0];
        const size = Math.hypot(...u);
        return u.map((x, i) => -(a + b + c) * ([0.6, 0, 0.8, 0][i]! + x / size));
      })(),
    ],
  });
  worked('match_rms_adamw', Muon, {
    options: { lr: 0.5, weightDecay: 0, adjustLrFn: 'match_rms_adamw', nsSteps: 0, shapes: [[1, 4]] },
    start: [0, 0, 0, 0],
    grads: [[3, 0, 4, 0]],
    gives: [[-0.5 * 0.2 * 2 * 0.6, 0, -0.5 * 0.2 * 2 * 0.8, 0]],
  });
  worked('of a direction of zeros only the decay is left, and eps is the least that is divided by', Muon, {
    options: { lr: 0.5, weightDecay: 0.5, momentum: 0, eps: 10, nsSteps: 0, shapes: [[1, 2]] },
    start: [8, 8],
    grads: [
      [0, 0],
      [3, 4],
    ],
    gives: [
      [6, 6],
      [4.5 - 0.5 * 0.3, 4.5 - 0.5 * 0.4],
    ],
  });
});

onEachBackend(backend => {
  const lengths = [12, 5, 24];
  const shapes = [[3, 4], [5], [2, 3, 4]];
  const step = (t: number) => lengths.map((length, i) => waves(t + i, length));
  const start = () => lengths.map((length, i) => waves(i, length));

  test.each([
    ['float32', Float32Array],
    ['float64', Float64Array],
  ] as const)('what is no matrix has the bits of AdamW, %s', (dtype, Type) => {
    const params = tensors(
      dtype,
      start().map(x => Array.from(x)),
    );
    const other = tensors(
      dtype,
      start().map(x => Array.from(x)),
    );
    const muon = new Muon(params, {
      lr: 0.5,
      adamLr: 0.02,
      adamBetas: [0.8, 0.9],
      adamEps: 1e-3,
      adamWeightDecay: 0.3,
      shapes,
      backend,
    });
    const adamw = new AdamW(other.slice(1), {
      lr: 0.02,
      betas: [0.8, 0.9],
      eps: 1e-3,
      weightDecay: 0.3,
      backend,
    });
    for (let t = 1; t <= 4; t++) {
      const grads = step(t).map(g => Type.from(g));
      muon.step(grads);
      adamw.step(grads.slice(1));
    }
    expect(params.slice(1)).toEqual(other.slice(1));
    const { state } = muon.stateDict();
    expect(Object.keys(state[0]!)).toEqual(['step', 'momentum_buffer']);
    expect(Object.keys(state[2]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
  });

  test('so has a group without Muon, whose rate is lr unless it has one of its own', () => {
    const run = (optimizer: (p: FloatArray[]) => { step(grads: FloatArray[]): void }, matrices = 1) => {
      const params = start().slice(0, matrices);
      const made = optimizer(params);
      for (let t = 1; t <= 3; t++) made.step(step(t).slice(0, matrices));
      return params;
    };
    const wanted = run(p => new AdamW(p, { lr: 0.1, weightDecay: 0, backend }));
    expect(run(p => new Muon(p, { lr: 0.1, useMuon: false, shapes: [[3, 4]], backend }))).toEqual(wanted);
    expect(run(p => new Muon(p, { lr: 0.1, shapes: [[3, 4]], backend }))).not.toEqual(wanted);
  });

  test('groups of both kinds have one checkpoint, and go on with the same bits', () => {
    const one = goesOnInGroups(groups => new Muon(groups as [], { backend }));
    expect(() => (one.groups[0]!.useMuon = false)).toThrow(/to stay as constructed/);
  });
});
