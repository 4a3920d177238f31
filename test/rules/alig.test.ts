import { describe, expect, test } from 'vitest';
import { AliG } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectNear, onEachBackend, waves } from './trajectory.js';

keepsStages(AliG, 'none', { eps: 0.5, momentum: 0.7, lr: 1e-3 });

describe('by hand', () => {
  // 4 / (3² + 4² + 15) = 1/10, and nothing keeps it from being more.
  worked('two steps', AliG, {
    options: { eps: 15 },
    start: [1, 2],
    grads: [
      [3, 4],
      [1, 0],
    ],
    losses: [4, 160],
    gives: [
      [0.7, 1.6],
      [0.7 - 10, 1.6],
    ],
  });
  worked('the defaults', AliG, {
    options: {},
    start: [3],
    grads: [[0.5]],
    losses: [0.125],
    gives: [[3 - 0.0625 / 0.25001]],
  });

  // r = 1/2: b = -1, p = 3 - 1 - 1/2; then r = lr: b = -1/2 - 4, p = 3/2 - 4 - 9/4
  worked('momentum', AliG, {
    options: { eps: 0, momentum: 0.5, lr: 2 },
    start: [3],
    grads: [[2], [2]],
    losses: [2, 100],
    gives: [[1.5], [-4.75]],
    state: { momentum_buffer: [-4.5] },
  });
  // r = 1/2: b = -2, p = 3 - 1 - 1/2; then r = 2: b = -3, p = 3/2 - 4 - 3
  worked('adjusted momentum', AliG, {
    options: { eps: 0, momentum: 0.5, lr: 2, adjustedMomentum: true },
    start: [3],
    grads: [[2], [2]],
    losses: [2, 100],
    gives: [[1.5], [-5.5]],
    state: { momentum_buffer: [-3] },
  });
});

// There is no recorded trajectory: the authors' loops, over two tensors.
describe("the authors' code", () => {
  onEachBackend(backend => {
    test.each([
      { momentum: 0, lr: null, adjustedMomentum: false },
      { momentum: 0.9, lr: 0.01, adjustedMomentum: false },
      { momentum: 0.8, lr: 0.02, adjustedMomentum: true },
    ])('%j', options => {
      const { momentum, adjustedMomentum } = options;
      const lengths = [7, 13];
      const params = lengths.map(length => waves(99, length));
      const own = params.map(p => [...p]);
      const buffers = lengths.map(length => new Array<number>(length).fill(0));
      const optimizer = new AliG(params, { ...options, backend });
      for (let t = 1; t <= 25; t++) {
        const grads = lengths.map((length, i) => waves(t + 40 * i, length));
        const loss = 3 + Math.cos(t);
        optimizer.step(grads, { loss });
        const size = grads.flatMap(g => [...g]).reduce((sum, g) => sum + g * g, 0);
        const rate = Math.min(loss / (size + 1e-5), options.lr ?? Infinity);
        own.forEach((p, i) => {
          for (const [k, g] of grads[i]!.entries()) {
            p[k]! -= rate * g;
            const b = momentum * buffers[i]![k]! - (adjustedMomentum ? 1 : rate) * g;
            if (momentum > 0) p[k]! += momentum * (adjustedMomentum ? rate : 1) * b;
            buffers[i]![k] = b;
          }
          expectNear(params[i]!, p, [1000]);
        });
      }
      expect(params.flatMap(p => [...p]).every(Number.isFinite)).toBe(true);
    });
  });
});
