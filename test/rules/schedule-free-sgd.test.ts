import { describe, expect, test } from 'vitest';
import { ScheduleFreeSGD, StateError } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { camelCase, expectWithin, followsGolden, golden, onEachBackend } from './trajectory.js';

followsGolden('schedule-free-sgd', ScheduleFreeSGD, { ours: ['lr_max', 'weight_sum'], theirs: ['x'] });
keepsStages(ScheduleFreeSGD, 'coupled', { lr: 0.1, momentum: 0.7 });

describe('by hand', () => {
  // z = -1, which is x and y; then z = -3, x = -2, y half way between.
  worked('two steps', ScheduleFreeSGD, {
    options: { lr: 1, momentum: 0.5 },
    start: [0],
    grads: [[1], [2]],
    gives: [[-1], [-2.5]],
    state: { z: [-3], lr_max: 1, weight_sum: 2 },
  });
  // Rates of 1/4 and 1/2, weights of 1/4 and 2/2: z = -1, then -2, x = -1.8, y = z/4 + 3x/4.
  worked('a warm-up, in which later steps weigh more', ScheduleFreeSGD, {
    options: { lr: 1, momentum: 0.75, warmupSteps: 4, r: 1, weightLrPower: 1 },
    start: [0],
    grads: [[4], [2]],
    gives: [[-1], [-1.85]],
    state: { z: [-2], lr_max: 0.5, weight_sum: 1.25 },
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
    test.each(golden<File>('schedule-free-sgd').cases)('x of case %#, and back to the same bits', kase => {
      const params = kase.params0.map(list => Float64Array.from(list));
      const optimizer = new ScheduleFreeSGD(params, { ...camelCase(kase.hyper), backend });
      kase.grads.forEach((gradients, i) => {
        optimizer.step(gradients.map(list => Float64Array.from(list)));
        const state = kase.states[i + 1];
        if (state === undefined) return;
        const before = params.map(array => array.slice());
        optimizer.eval();
        expect(optimizer.training).toBe(false);
        params.forEach((array, k) => {
          expectWithin(array, state.x[k]!, x => 1e-12 * Math.max(1, Math.abs(x)), `x of ${k}`);
        });
        expect(() => optimizer.step(gradients.map(list => Float64Array.from(list)))).toThrow(StateError);
        optimizer.train();
        expect(params).toEqual(before);
      });
    });
  });
});
