import { describe, expect, test } from 'vitest';
import { ASGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, waves } from './trajectory.js';

followsGolden('asgd', ASGD);
keepsStages(ASGD, 'coupled', { lr: 0.1, lambd: 0.2, t0: 1 });

describe('by hand', () => {
  // lr 1/2, lambd 1/2, alpha 1, t0 1; g = 1, 1, -1, 0. eta and mu are those that the step before has left:
  //   eta 1/2, mu 1:           p = (1 - 1/4) 2 - 1/2 = 1              ax = p
  //   eta (1/2)/(5/4), mu 1:   p = (1 - 1/5) 1 - 2/5 = 2/5            ax = p
  //   eta (1/2)/(6/4), mu 1:   p = (1 - 1/6) 2/5 + 1/3 = 2/3          ax = p
  //   eta (1/2)/(7/4), mu 1/2: p = (1 - 1/7) 2/3 = 4/7                ax = 2/3 + (4/7 - 2/3)/2 = 13/21
  // and leaves eta (1/2)/(8/4) = 1/4 and mu 1/3.
  worked('four steps', ASGD, {
    options: { lr: 0.5, lambd: 0.5, alpha: 1, t0: 1 },
    start: [2],
    grads: [[1], [1], [-1], [0]],
    gives: [[1], [0.4], [2 / 3], [4 / 7]],
    state: { ax: [13 / 21], eta: 0.25, mu: 1 / 3 },
  });
  worked('until averaging begins the average is the parameter', ASGD, {
    options: { lr: 0.5, lambd: 0.5, alpha: 1, t0: 1 },
    start: [2],
    grads: [[1], [1], [-1]],
    gives: [[1], [0.4], [2 / 3]],
    state: { ax: [2 / 3], eta: 2 / 7, mu: 0.5 },
  });

  // g + p/2 = 0 + 1: p = (1 - 1/4) 2 - 1/2
  worked('weightDecay', ASGD, {
    options: { lr: 0.5, lambd: 0.5, weightDecay: 0.5 },
    start: [2],
    grads: [[0]],
    gives: [[1]],
  });

  // (1 - 1e-4 · 1e-2) 1 - 1e-2 · 3
  worked('the defaults', ASGD, {
    options: {},
    start: [1],
    grads: [[3]],
    gives: [[0.969999]],
    state: { eta: 0.01 / 1.000001 ** 0.75, mu: 1 },
  });
});

describe('Polyak and Juditsky 1992', () => {
  test('until averaging begins ax is the parameter, bit for bit', () => {
    const param = new Float64Array(14);
    const optimizer = new ASGD([param], { lr: 0.1 });
    for (let t = 1; t <= 20; t++) {
      optimizer.step([waves(t, 14)]);
      expect(optimizer.stateDict().state[0]!.ax).toEqual(param);
    }
  });

  test('ax is the mean of the parameters after step t0 + 1', () => {
    const param = new Float64Array(14);
    const optimizer = new ASGD([param], { lr: 0.1, t0: 4 });
    const seen: Float64Array[] = [];
    for (let t = 1; t <= 20; t++) {
      optimizer.step([waves(t, 14)]);
      // Steps t0 + 1 = 5 and 6 run with the mu that 4 and 5 left: 1 / max(1, 0) and 1 / max(1, 1). So ax is p at 6.
      if (t > 5) seen.push(param.slice());
    }
    const ax = optimizer.stateDict().state[0]!.ax as Float64Array;
    ax.forEach((x, k) => {
      expect(x).toBeCloseTo(seen.reduce((sum, p) => sum + p[k]!, 0) / seen.length, 10);
    });
  });

  test('without lambd it is plain descent, at a constant rate', () => {
    const param = Float64Array.of(0);
    const optimizer = new ASGD([param], { lr: 0.5, lambd: 0 });
    for (const g of [1, 2, -4, 8]) optimizer.step([Float64Array.of(g)]);
    expect(param[0]).toBe(-3.5);
  });
});
