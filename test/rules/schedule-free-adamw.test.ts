import { describe, expect, test } from 'vitest';
import { ScheduleFreeAdamW, StateError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { camelCase, expectWithin, followsGolden, golden, onEachBackend } from './trajectory.js';

followsGolden('schedule-free-adamw', ScheduleFreeAdamW, { ours: ['lr_max', 'weight_sum'], theirs: ['x'] });
keepsStages(ScheduleFreeAdamW, 'own', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1 });

describe('by hand', () => {
  // u is the sign of g. z = -1, which is x and y; then z = -2, x = -1.5, y half way between.
  worked('two steps', ScheduleFreeAdamW, {
    options: { lr: 1, betas: [0.5, 0], eps: 0 },
    start: [0],
    grads: [[3], [7]],
    gives: [[-1], [-1.75]],
    state: { z: [-2], exp_avg_sq: [49], lr_max: 1, weight_sum: 2 },
  });
});

interface File {
  readonly cases: readonly {
    readonly hyper: Record<string, unknown>;
    readonly params0: number[][];
    readonly grads: number[][][];
    readonly states: Record<string, Record<'x', number[][]>>;
  }[];
}

describe('eval and train', () => {
  onEachBackend(backend => {
    test.each(golden<File>('schedule-free-adamw').cases)('x of case %#, and back to the same bits', kase => {
      const params = kase.params0.map(list => Float64Array.from(list));
      const optimizer = new ScheduleFreeAdamW(params, { ...camelCase(kase.hyper), backend });
      kase.grads.forEach((gradients, i) => {
        optimizer.step(gradients.map(list => Float64Array.from(list)));
        const state = kase.states[i + 1];
        if (state === undefined) return;
        const before = params.map(array => array.slice());
        optimizer.eval();
        optimizer.eval();
        params.forEach((array, k) => {
          expectWithin(array, state.x[k]!, x => 1e-12 * Math.max(1, Math.abs(x)), `x of ${k}`);
        });
        optimizer.train();
        optimizer.train();
        expect(params).toEqual(before);
      });
    });

    test('nothing but reading goes on while the parameters are the averages', () => {
      const params = [Float32Array.of(1, 2), Float32Array.of(3)];
      const optimizer = new ScheduleFreeAdamW(params, { backend, lr: 0.5 });
      optimizer.step([Float32Array.of(1, -1), null]);
      expect(optimizer.training).toBe(true);
      const before = params.map(array => array.slice());
      optimizer.eval();
      expect(optimizer.training).toBe(false);
      // What never stepped is where it was.
      expect(params[1]).toEqual(Float32Array.of(3));
      for (const attempt of [
        () => optimizer.step([Float32Array.of(1, 1), null]),
        () => optimizer.stateDict(),
        () => optimizer.serialize(),
        () => optimizer.set({ lr: 1 }),
      ])
        expect(attempt).toThrow(StateError);
      expect(optimizer.steps).toBe(1);
      optimizer.train();
      expect(params).toEqual(before);
      optimizer.step([Float32Array.of(1, 1), null]);
    });
  });
});
