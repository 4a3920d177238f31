import { describe, expect, test } from 'vitest';
import { Adadelta } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('adadelta', Adadelta);
keepsStages(Adadelta, 'coupled', { lr: 0.7, rho: 0.8 });

describe('by hand', () => {
  // rho 1/4, eps 4, g = 4, 7:
  //   s = 3/4 · 16 = 12        d = √(4 / 16) · 4 = 2             a = 3/4 · 4 = 3
  //   s = 3 + 3/4 · 49 = 39.75 d = √(7 / 43.75) · 7 = 0.4 · 7    a = 3/4 + 3/4 · 7.84 = 6.63
  // Element 1 turns the signs. p = p - d/2
  worked('two steps', Adadelta, {
    options: { lr: 0.5, rho: 0.25, eps: 4 },
    start: [1, 0],
    grads: [
      [4, -4],
      [7, -7],
    ],
    gives: [
      [0, 1],
      [-1.4, 2.4],
    ],
    state: { square_avg: [39.75, 39.75], acc_delta: [6.63, 6.63] },
  });

  // s = 0.1 · 4 = 0.4, d = √(1e-6 / 0.400001) · 2 = 3.16227370764...e-3: the learning rate is 1
  worked('the defaults', Adadelta, {
    options: {},
    start: [1],
    grads: [[2]],
    gives: [[1 - 2e-3 / Math.sqrt(0.400001)]],
    state: { square_avg: [0.4] },
  });

  // g + p/2 = 3 + 1 = 4
  worked('weightDecay', Adadelta, {
    options: { lr: 0.5, rho: 0.25, eps: 4, weightDecay: 0.5 },
    start: [2],
    grads: [[3]],
    gives: [[1]],
  });
});

describe('Zeiler 2012', () => {
  const path = (scale: number, eps: number): Float64Array => {
    const param = new Float64Array(14);
    const optimizer = new Adadelta([param], { eps });
    for (let t = 0; t < 12; t++) optimizer.step([waves(t, 14).map(g => g * scale)]);
    return param;
  };

  // Section 3.2: the update has the units of the parameter. With x = scale y, the gradient of y is scale times that of x,
  // and so y moves 1 / scale of x, where eps, which is the square of a first step, goes along. s has the units of the
  // gradient, and eps in it has none: next to the gradients it must be nothing.
  test('updates have the units of the parameters', () => {
    const big = path(1e6, 1e-12);
    path(1e9, 1e-12).forEach((p, k) => {
      expect(p / big[k]!).toBeCloseTo(1, 6);
    });
  });

  test('lr multiplies the updates and does not enter the averages', () => {
    const run = (lr: number) => {
      const param = new Float64Array(14);
      const optimizer = new Adadelta([param], { lr });
      for (let t = 0; t < 12; t++) optimizer.step([waves(t, 14)]);
      return { param, state: optimizer.stateDict().state };
    };
    const [once, twice] = [run(1), run(2)];
    expect(twice.param).toEqual(once.param.map(p => 2 * p));
    expect(twice.state).toEqual(once.state);
  });
});
