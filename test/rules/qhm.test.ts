import { describe, expect, test } from 'vitest';
import { QHM, SGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, followsGolden, waves } from './trajectory.js';

followsGolden('qhm', QHM);
keepsStages(QHM, 'coupled', { lr: 0.1, momentum: 0.7, nu: 0.6 });
keepsStages(QHM, 'decoupled', { lr: 0.1, momentum: 0.7, nu: 0.6, weightDecouple: true });

describe('by hand', () => {
  // b = 4 / 4 = 1: 3/4 · 4 + 1/4 · 1 = 3.25 times 0.1. Then b = 3/4 - 2/4 = 1/4: -1.5 + 1/16.
  worked('two steps', QHM, {
    options: { lr: 0.1, momentum: 0.75, nu: 0.25 },
    start: [1],
    grads: [[4], [-2]],
    gives: [[0.675], [0.81875]],
    state: { momentum_buffer: [0.25] },
  });
  // b = 0.001 · 2; 1 - (0.3 · 2 + 0.7 · 0.002)
  worked('the defaults', QHM, {
    options: {},
    start: [1],
    grads: [[2]],
    gives: [[0.3986]],
    state: { momentum_buffer: [0.002] },
  });
});

describe('Ma and Yarats 2019, section 4', () => {
  // An average is a sum times 1 - momentum.
  test.each([
    ['nu = 0 is SGD', { nu: 0, lr: 0.1 }, { lr: 0.1 }],
    ['nu = 1 is momentum', { nu: 1, lr: 0.2 }, { lr: 0.1, momentum: 0.5 }],
    ['nu = momentum is Nesterov momentum', { nu: 0.5, lr: 0.2 }, { lr: 0.1, momentum: 0.5, nesterov: true }],
  ])('%s', (_, quasi, options) => {
    const [p, q] = [new Float64Array(14), new Float64Array(14)];
    const [ours, sgd] = [new QHM([p], { momentum: 0.5, ...quasi }), new SGD([q], options)];
    for (let t = 0; t < 12; t++) {
      ours.step([waves(t, 14)]);
      sgd.step([waves(t, 14)]);
      expectNear(p, [...q], [100]);
    }
    expect(Math.abs(p[6]!)).toBeGreaterThan(1);
  });
});
