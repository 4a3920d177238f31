import { describe, expect, test } from 'vitest';
import { OptionError, PNM } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend } from './trajectory.js';

// Of what cancels in a momentum, one digit more is lost than elsewhere.
followsGolden('pnm', PNM, { float64: 1e-11 });
keepsStages(PNM, 'decoupled', { lr: 0.1, betas: [0.7, 0.3] });
keepsStages(PNM, 'coupled', { lr: 0.1, betas: [0.7, 0.3], weightDecouple: false });

describe('by hand', () => {
  // beta1 squared is 1/4; beta2 = 3: weights 4 and 3, their length 5.
  worked('the momenta take turns', PNM, {
    options: { lr: 0.5, betas: [0.5, 3] },
    start: [1],
    grads: [[4], null, [8], [-4]],
    gives: [[1 - 0.4 * 3], [-0.2], [-0.2 - 0.4 * 6 + 0.3 * 3], [-1.7 - 0.4 * (0.75 - 3) + 0.3 * 6]],
    state: { pos_momentum: [0.75 - 3], neg_momentum: [6] },
  });
  onEachBackend(backend => {
    test('the one that rests is left alone by an infinite gradient', () => {
      const optimizer = new PNM([Float64Array.of(1)], { betas: [0.5, 0], backend });
      for (const g of [4, Infinity]) optimizer.step([Float64Array.of(g)]);
      expect(optimizer.stateDict().state[0]).toMatchObject({
        pos_momentum: Float64Array.of(3),
        neg_momentum: Float64Array.of(Infinity),
      });
    });

    test('tensors of one group may be at different turns', () => {
      const params = [Float64Array.of(1), Float64Array.of(1)];
      const optimizer = new PNM(params, { betas: [0.5, 3], lr: 0.5, backend });
      optimizer.step([Float64Array.of(4), null]);
      optimizer.step([Float64Array.of(8), Float64Array.of(4)]);
      expect([params[0]![0], params[1]![0]]).toEqual([expect.closeTo(-1.7, 12), expect.closeTo(-0.2, 12)]);
      expect(optimizer.stateDict().state).toMatchObject({
        0: { pos_momentum: Float64Array.of(3), neg_momentum: Float64Array.of(6) },
        1: { pos_momentum: Float64Array.of(3), neg_momentum: Float64Array.of(0) },
      });
    });
  });

  test('momenta that keep all are refused', () => {
    const make = () => new PNM([new Float64Array(1)], { betas: [1, 1] });
    expect(make).toThrow(OptionError);
    expect(make).toThrow('Expected a number in [0, 1) for betas[0], got 1');
  });
});
