import { describe, expect, test } from 'vitest';
import { type FloatArray, KATE } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectWithin, onEachBackend, tensors, waves } from './trajectory.js';

keepsStages(KATE, 'coupled', { lr: 0.1, eta: 0.5, eps: 1e-3 });
keepsStages(KATE, 'decoupled', { lr: 0.1, eta: 0.5, eps: 1e-3, weightDecouple: true });

describe('by hand', () => {
  // g = 2, eps 1: b = 4, and 5 below; m = 1.3 · 4 + 4/5 = 6; p = 1 - 1/2 · √6 · 2/5.
  // g = 3: b = 13, and 14 below, for eps is added once; m = 6 + 1.3 · 9 + 9/14.
  const second = 6 + 11.7 + 9 / 14;
  worked('two steps', KATE, {
    options: { lr: 0.5, eta: 1.3, eps: 1 },
    start: [1, 7],
    grads: [
      [2, 0],
      [3, 0],
    ],
    gives: [
      [1 - 0.2 * Math.sqrt(6), 7],
      [1 - 0.2 * Math.sqrt(6) - (1.5 * Math.sqrt(second)) / 14, 7],
    ],
    state: { step: 2, m: [second, 0], b: [13, 0] },
  });
  // eta 0, no eps: m = 1, then 1 + 16/25. A step is lr √m g / b.
  worked('only what has no scale', KATE, {
    options: { lr: 0.6, eta: 0, eps: 0 },
    start: [1, 1],
    grads: [
      [3, -3],
      [4, -4],
    ],
    gives: [
      [0.8, 1.2],
      [0.8 - 0.096 * Math.sqrt(1.64), 1.2 + 0.096 * Math.sqrt(1.64)],
    ],
    state: { m: [1.64, 1.64], b: [25, 25] },
  });
  // g = 1 / 10 000: b is eps, so m = 0.9 · 1e-8 + 1/2, and g / (b + eps) = 5000.
  worked('the defaults', KATE, {
    options: {},
    start: [100, 1],
    grads: [[1e-4, 0]],
    gives: [[100 - 5 * Math.sqrt(0.9e-8 + 0.5), 1]],
    state: { m: [0.9e-8 + 0.5, 0], b: [1e-8, 0] },
  });
  // p = 3 (1 - 0.5 · 0.2) = 2.7, then as above with g = 2; coupled, g = 1.4 + 0.2 · 3 = 2.
  for (const [weightDecouple, g, kept] of [
    [true, 2, 2.7],
    [false, 1.4, 3],
  ] as const)
    worked(`weight decay, decoupled: ${weightDecouple}`, KATE, {
      options: { lr: 0.5, eta: 1.3, eps: 1, weightDecay: 0.2, weightDecouple },
      start: [3],
      grads: [[g]],
      gives: [[kept - 0.2 * Math.sqrt(6)]],
      state: { m: [6], b: [4] },
    });
});

/** By name, the value and the gradient at (x, y). */
const functions = {
  rosenbrock: (x: number, y: number) => {
    const valley = y - x * x;
    return [(1 - x) ** 2 + 100 * valley ** 2, -2 * (1 - x) - 400 * x * valley, 200 * valley] as const;
  },
  'x² + 1000 y²': (x: number, y: number) => [(x * x + 1000 * y * y) / 2, x, 1000 * y] as const,
  'a saddle': (x: number, y: number) => [x * x + (y * y - 1) ** 2 / 4, 2 * x, y * (y * y - 1)] as const,
};

// The first step after which f < 1e-6, and f after a thousand, as a loop of the paper's formulas in Python found them. A start that is
// off by 1e-12 or 1e-7 needs as many.
const descents = (
  [
    ['rosenbrock', [-1.2, 1], 0.5, 0.9, 8005, 0.1345097815499719],
    ['x² + 1000 y²', [3, 1], 0.1, 0.9, 1914, 0.0009627566177064623],
    ['x² + 1000 y²', [3, 1], 0.5, 0.9, 94, 0],
    ['a saddle', [0.5, 0.1], 0.1, 0.9, 34, 0],
    ['a saddle', [0.5, 0.1], 0.1, 0, 78, 0],
  ] as const
).map(([title, start, lr, eta, steps, thousandth]) => {
  return { title, f: functions[title], start, lr, eta, steps, thousandth };
});

/** Algorithm 1 of the paper, with its b² and m², and with the eps of the authors' code, in doubles. */
class Paper {
  readonly m2: Float64Array;
  readonly b2: Float64Array;
  readonly w: Float64Array;

  constructor(start: ArrayLike<number>) {
    this.w = Float64Array.from(start);
    [this.m2, this.b2] = [new Float64Array(start.length), new Float64Array(start.length)];
  }

  step(gradient: FloatArray, beta: number, eta: number, eps: number): void {
    gradient.forEach((g, k) => {
      this.b2[k]! += g ** 2;
      const below = this.b2[k]! + eps;
      this.m2[k]! += eta * g ** 2 + g ** 2 / below;
      this.w[k]! -= ((beta * Math.sqrt(this.m2[k]!)) / below) * g;
    });
  }
}

describe('Choudhury et al. 2024', () => {
  onEachBackend(backend => {
    for (const dtype of ['float32', 'float64'] as const)
      test.each([
        { lr: 1e-3, eta: 0.9, eps: 1e-8 },
        { lr: 0.3, eta: 0, eps: 1e-3 },
        { lr: 0.05, eta: 2.5, eps: 0.1 },
      ])(`follows the paper, ${dtype}, %j`, given => {
        const lengths = [7, 13];
        const params = tensors(
          dtype,
          lengths.map((length, i) => [...waves(i, length)]),
        );
        const papers = params.map(p => new Paper(p));
        const optimizer = new KATE(params, { ...given, backend });
        for (let t = 1; t <= 30; t++) {
          const grads = tensors(
            dtype,
            // The last element has a gradient now and then only.
            lengths.map((length, i) => [...waves(t + i, length)].map((g, k) => (k > 5 && t % 3 ? 0 : g))),
          );
          optimizer.step(grads);
          papers.forEach((paper, i) => {
            paper.step(grads[i]!, given.lr, given.eta, given.eps);
            const bound = (x: number) => (dtype === 'float32' ? 2e-6 : 1e-13) * Math.max(1, Math.abs(x));
            expectWithin(params[i]!, paper.w, bound, `step ${t}, params[${i}]`);
          });
        }
        const { state } = optimizer.stateDict();
        papers.forEach(({ m2, b2 }, i) => {
          const bound = (x: number) => (dtype === 'float32' ? 1e-5 : 1e-13) * x;
          expectWithin(state[i]!.m as FloatArray, m2, bound, `m[${i}]`);
          expectWithin(state[i]!.b as FloatArray, b2, bound, `b[${i}]`);
        });
        optimizer.dispose();
      });

    // With inputs s times as large, weights for the same answers are 1/s, and gradients s times as large. Powers of two round nothing.
    test.each([2 ** -20, 2 ** 13])('inputs times %d: the same answers where eta and eps are 0', scale => {
      const run = (scale: number, eta: number): number[] => {
        const inputs = [0.5, -3, 1, 0.25].map(x => x * scale);
        const w = Float64Array.of(0.75 / scale);
        const optimizer = new KATE([w], { lr: 0.1, eta, eps: 0, backend });
        const answers = Array.from({ length: 40 }, (_, t) => {
          const x = inputs[t % 4]!;
          // The loss is log(1 + exp(-x w)), of a logistic regression.
          optimizer.step([Float64Array.of(-x / (1 + Math.exp(x * w[0]!)))]);
          return x * w[0]!;
        });
        optimizer.dispose();
        return answers;
      };
      expect(run(scale, 0)).toEqual(run(1, 0));
      expect(run(scale, 0.9)).not.toEqual(run(1, 0.9));
    });

    test.each(descents)('descends $title, $lr, $eta', ({ f, start, lr, eta, thousandth, steps }) => {
      const p = Float64Array.from(start);
      const optimizer = new KATE([p], { lr, eta, backend });
      let t = 0;
      while (t < 9000) {
        const [, dx, dy] = f(p[0]!, p[1]!);
        optimizer.step([Float64Array.of(dx, dy)]);
        t++;
        const [value] = f(p[0]!, p[1]!);
        if (t === 1000) expectWithin([value], [thousandth], x => 1e-9 * x, 'f at step 1000');
        if (value < 1e-6) break;
      }
      optimizer.dispose();
      expect(t).toBe(steps);
    });
  });
});
