import { describe, expect, test } from 'vitest';
import { type FloatArray, ScheduleFreeRAdam, StateError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectWithin, onEachBackend, waves } from './trajectory.js';

keepsStages(ScheduleFreeRAdam, 'own', {
  lr: 0.1,
  betas: [0.7, 0.9],
  weightDecay: 0.1,
  silentSgdPhase: false,
});

describe('by hand', () => {
  worked('silent as long as the variance cannot be told', ScheduleFreeRAdam, {
    options: { lr: 1 },
    start: [3],
    grads: [[2], [5]],
    gives: [[3], [3]],
    state: { z: [3], lr_max: 0, weight_sum: 0 },
  });
  // u = g + p / 2: z = -4, x and y with it; then u = 4 - 2 = 2, z = -6, x = -5, y half way between.
  worked('along the gradient, where it is not silent', ScheduleFreeRAdam, {
    options: { lr: 1, betas: [0.5, 0.999], weightDecay: 0.5, silentSgdPhase: false },
    start: [0],
    grads: [[4], [4]],
    gives: [[-4], [-5.5]],
    state: { z: [-6], lr_max: 1, weight_sum: 2 },
  });
});

interface Setting {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  readonly r: number;
  readonly weightLrPower: number;
  readonly silentSgdPhase: boolean;
}

/** x, y and z by the paper's three sequences, with RAdam's rate as the authors' code has it. */
function threeSequences(start: FloatArray, gradients: readonly FloatArray[], o: Setting) {
  const [beta1, beta2] = o.betas;
  const longest = 2 / (1 - beta2) - 1;
  const [x, y, z, v] = [start.slice(), start.slice(), start.slice(), start.slice().fill(0)];
  let [most, sum] = [-1, 0];
  gradients.forEach((g, k) => {
    const t = k + 1;
    const decay = beta2 ** t;
    const length = longest - (2 * t * decay) / (1 - decay);
    const adapts = length > 4;
    const rectified = adapts
      ? Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length))
      : Number(!o.silentSgdPhase);
    const rate = o.lr * rectified;
    most = Math.max(most, rate);
    const weight = t ** o.r * most ** o.weightLrPower;
    sum += weight;
    const c = sum === 0 ? 0 : weight / sum;
    for (let i = 0; i < y.length; i++) {
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
      const u = (adapts ? g[i]! / (Math.sqrt(v[i]! / (1 - decay)) + o.eps) : g[i]!) + o.weightDecay * y[i]!;
      z[i] = z[i]! - rate * u;
      x[i] = (1 - c) * x[i]! + c * z[i]!;
      y[i] = (1 - beta1) * z[i]! + beta1 * x[i]!;
    }
  });
  return { x, y, z, v, most, sum };
}

const usual = { lr: 0.1, eps: 1e-8, weightDecay: 0, r: 0, weightLrPower: 2, silentSgdPhase: true } as const;
const settings: readonly Setting[] = [
  { ...usual, betas: [0.9, 0.999] },
  { ...usual, betas: [0.9, 0.95], silentSgdPhase: false, weightDecay: 0.05 },
  { ...usual, betas: [0.6, 0.9], r: 1.5, weightLrPower: 1, eps: 0.01 },
  { ...usual, betas: [0.6, 0.9], weightLrPower: 0 },
];

describe('three sequences in place of two', () => {
  onEachBackend(backend => {
    test.each(settings)('%o', options => {
      const start = waves(0, 13);
      const gradients = Array.from({ length: 25 }, (_, t) => waves(t + 1, 13));
      const [p, p32] = [start.slice(), Float32Array.from(start)];
      const [optimizer, in32] = [p, p32].map(
        params => new ScheduleFreeRAdam([params], { ...options, backend }),
      ) as [ScheduleFreeRAdam, ScheduleFreeRAdam];
      gradients.forEach((g, k) => {
        optimizer.step([g]);
        in32.step([Float32Array.from(g)]);
        const { x, y, z, v, most, sum } = threeSequences(start, gradients.slice(0, k + 1), options);
        const within = (relative: number) => (value: number) => relative * Math.max(1, Math.abs(value));
        expectWithin(p, y, within(1e-12), `y after ${k + 1}`);
        expectWithin(p32, y, within(1e-4), `y in float32 after ${k + 1}`);
        const state = optimizer.stateDict().state[0]!;
        expectWithin(state.z as FloatArray, z, within(1e-12), 'z');
        expectWithin(state.exp_avg_sq as FloatArray, v, value => 1e-12 * value, 'v');
        expectWithin(
          [state.lr_max as number, state.weight_sum as number],
          [Math.max(most, 0), sum],
          within(1e-12),
          '',
        );
        optimizer.eval();
        expect(() => optimizer.step([g])).toThrow(StateError);
        expectWithin(p, x, within(1e-12), `x after ${k + 1}`);
        optimizer.train();
        expectWithin(p, y, within(1e-12), 'y again');
      });
    });
  });
});
