import { describe, expect, test } from 'vitest';
import { Ftrl } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, followsGolden, waves } from './trajectory.js';

// The sum of gradients has the difference of two powers in it, times 1 / lr: what that loses in digits, the parameter does not.
followsGolden('ftrl', Ftrl, {
  options: ({ learningRate, ...o }) => ({ ...o, lr: learningRate }),
  ours: ['linear'],
  theirs: ['linear'],
});
keepsStages(Ftrl, 'none', { lr: 0.1, l1RegularizationStrength: 0.01, beta: 1 });
keepsStages(Ftrl, 'none', { lr: 0.1, learningRatePower: -0.7 });

describe('by hand', () => {
  // g = 4 from 9: the roots are 3 and 5. z = 4 + 2 · 0.25 · 2 - (5 - 3) / 0.5 · 2 = -3; p = (3 - 1/2) / (5 / 0.5 + 2 · 0.75 + 1 / 0.5).
  // g = 12 from 25: 5 and 13. z = -3 + 12 + 0.5 p - 16 p; p = (1/2 - z) / (26 + 3.5).
  const first = 2.5 / 13.5;
  const z = 9 - 15.5 * first;
  worked('two steps', Ftrl, {
    options: {
      lr: 0.5,
      initialAccumulatorValue: 9,
      l1RegularizationStrength: 0.5,
      l2RegularizationStrength: 0.75,
      l2ShrinkageRegularizationStrength: 0.25,
      beta: 1,
    },
    start: [2],
    grads: [[4], [12]],
    gives: [[first], [(0.5 - z) / 29.5]],
    state: { accumulator: [169], linear: [z] },
  });
  // The powers of 16 and 16 + 240 = 256: by 1/4 2 and 4, by 3/4 8 and 64, by 1 and by 0 themselves and 1.
  const g = Math.sqrt(240);
  for (const [power, before, after] of [
    [-0.25, 2, 4],
    [-0.75, 8, 64],
    [-1, 16, 256],
    [-0, 1, 1],
  ] as const) {
    const sum = g - (after - before) * 2 * 3;
    worked(`the power ${power}`, Ftrl, {
      options: { lr: 0.5, learningRatePower: power, initialAccumulatorValue: 16 },
      start: [3],
      grads: [[g]],
      gives: [[-sum / (after * 2)]],
      state: { linear: [sum] },
    });
  }
  // √0.1 and √4.1
  const sum = 2 - (Math.sqrt(4.1) - Math.sqrt(0.1)) * 1000 * 0.5;
  worked('the defaults', Ftrl, {
    options: {},
    start: [0.5],
    grads: [[2]],
    gives: [[-sum / (Math.sqrt(4.1) * 1000)]],
    state: { accumulator: [4.1], linear: [sum] },
  });
  worked('what is within l1 becomes 0', Ftrl, {
    options: { lr: 0.5, l1RegularizationStrength: 5 },
    start: [0, 0, 0],
    grads: [[4, -5, -6]],
    gives: [[0, 0, 1 / (2 * Math.sqrt(36.1))]],
  });
});

describe('powers', () => {
  const path = (options: object, Type: typeof Float64Array | typeof Float32Array = Float64Array) => {
    const param = new Type(14).fill(0.5);
    const optimizer = new Ftrl([param], { lr: 0.1, ...options });
    for (let t = 0; t < 12; t++) optimizer.step([Type.from(waves(t, 14))]);
    const state = optimizer.stateDict();
    optimizer.dispose();
    return { param, state: state.state };
  };

  test('-0.5 has the bits of the root when it comes out of a schedule, too', () => {
    for (const Type of [Float64Array, Float32Array])
      expect(path({ learningRatePower: (t: number) => (t > 0 ? -0.5 : -0.4) }, Type)).toEqual(path({}, Type));
  });

  // A parameter whose gradient is 0, without shrinkage, is -z / (n^power / lr): after a step from z = -lr^-1, it is 1 / n^power.
  test.each([-0.8, -1 / 3, -0.1, -0.999_999, -1e-6, -(2 ** -25), -0.49])(
    '%d, of numbers of all sizes',
    power => {
      for (let exponent = -300; exponent <= 300; exponent += 7) {
        const n = 1.7 * 10 ** exponent;
        const optimizer = new Ftrl([Float64Array.of(0)], {
          lr: 1,
          learningRatePower: power,
          initialAccumulatorValue: n,
        });
        const param = new Float64Array(1);
        optimizer.rebind([param]);
        const dict = optimizer.stateDict();
        dict.state[0] = { ...dict.state[0]!, linear: Float64Array.of(-1) };
        optimizer.loadStateDict(dict);
        optimizer.step([Float64Array.of(0)]);
        // Math.pow is right to a unit in the last place.
        expect(Math.abs(param[0]! * n ** -power - 1), `${n}`).toBeLessThan(40 * 2 ** -52);
        optimizer.dispose();
      }
    },
  );

  test('of 0', () => {
    const of0 = (options: object) => {
      const param = Float64Array.of(1);
      const optimizer = new Ftrl([param], { lr: 0.5, initialAccumulatorValue: 0, ...options });
      optimizer.step([Float64Array.of(0)]);
      optimizer.dispose();
      return param[0]!;
    };
    expect(of0({ learningRatePower: -0.7, beta: 1 })).toBe(0);
    expect(of0({ learningRatePower: 0 })).toBe(0);
    expect(of0({ learningRatePower: -0.7 })).toBeNaN();
  });
});

test('goes to the least squares of a line', () => {
  const param = new Float64Array(2);
  const optimizer = new Ftrl([param], { lr: 1 });
  for (let t = 0; t < 4000; t++) {
    const x = Math.sin(t);
    const error = param[0]! * x + param[1]! - (3 * x - 2);
    optimizer.step([Float64Array.of(error * x, error)]);
  }
  expectNear(
    [...param].map(p => Math.round(p * 1e6) / 1e6),
    [3, -2],
  );
});
