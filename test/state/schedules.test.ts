// Schedules that remember go on where they were: their state travels with the optimizer's.
import { describe, expect, it } from 'vitest';
import {
  chained,
  exponential,
  MovingAverage,
  ReduceLROnPlateau,
  SGD,
  sequence,
  warmup,
} from '../../src/index.js';
import { type Any, backends, codeOf, f32, ways } from './scenes.js';

const plateaus: Record<string, (plateau: ReduceLROnPlateau) => Any> = {
  alone: plateau => plateau.schedule,
  'after a warm-up': plateau => warmup({ steps: 2, schedule: plateau.schedule }),
  'in a sequence': plateau => sequence([{ schedule: 0.5, steps: 1 }, { schedule: plateau.schedule }]),
  chained: plateau => chained({ lr: 1, factors: [exponential({ lr: 1, gamma: 0.5 }), plateau.schedule] }),
  'chained after a warm-up': plateau =>
    warmup({ steps: 1, schedule: chained({ lr: 1, factors: [plateau.schedule] }) }),
};

for (const backend of backends) {
  const begin = (make: (plateau: ReduceLROnPlateau) => Any) => {
    const plateau = new ReduceLROnPlateau({ lr: 0.1, patience: 1 });
    const optimizer: Any = new SGD(
      [
        { params: [f32(1)], lr: make(plateau) },
        { params: [f32(1)], lr: 0.5 },
      ],
      {
        backend,
        momentum: 0.5,
      },
    );
    const step = (metric: number) => {
      optimizer.step([[f32(1)], [f32(1)]]);
      plateau.step(metric);
    };
    return { plateau, optimizer, step };
  };
  describe(backend, () => {
    for (const [how, take] of Object.entries(ways)) {
      it.each(Object.entries(plateaus))(`${how} brings back a plateau %s`, (_, make) => {
        for (let cut = 0; cut < 7; cut++) {
          const [whole, resumed] = [begin(make), begin(make)];
          for (let t = 0; t < cut; t++) whole.step(1);
          const { differing } = take(whole.optimizer, resumed.optimizer);
          expect(differing).toEqual([]);
          expect(resumed.plateau.stateDict()).toEqual(whole.plateau.stateDict());
          expect(resumed.optimizer.stateDict()).toEqual(whole.optimizer.stateDict());
          for (let t = cut; t < 8; t++) {
            whole.step(1);
            resumed.step(1);
            expect(resumed.optimizer.numbers[0].lr).toBe(whole.optimizer.numbers[0].lr);
          }
          expect(whole.plateau.lr).toBeLessThan(0.1);
        }
      });
    }

    it('takes the rate of a state that has nothing else of it, as PyTorch does, where it is new', () => {
      const state = (lr: number): Any => ({
        state: {},
        steps: 3,
        param_groups: [{ lr, params: [0] }, { params: [1] }],
      });
      const fresh = begin(plateaus['alone']!);
      expect(fresh.optimizer.loadStateDict(state(0.01)).differing).toEqual([]);
      expect([fresh.plateau.lr, fresh.optimizer.numbers[0].lr]).toEqual([0.01, 0.01]);
      const used = begin(plateaus['alone']!);
      used.plateau.step(1);
      expect(used.optimizer.loadStateDict(state(0.01)).differing).toEqual([
        { group: 0, option: 'lr', saved: 0.01, now: 0.1 },
      ]);
      expect(used.plateau.lr).toBe(0.1);
      // Of a warm-up, a rate does not say which one it came from.
      const warm = begin(plateaus['after a warm-up']!);
      expect(warm.optimizer.loadStateDict(state(0.01)).differing).toHaveLength(1);
      expect(warm.plateau.lr).toBe(0.1);
    });

    it('is left as it is where the state is refused', () => {
      const [whole, other] = [begin(plateaus['alone']!), begin(plateaus['alone']!)];
      for (let t = 0; t < 4; t++) whole.step(1);
      const state = whole.optimizer.stateDict();
      for (const wrong of [
        { ...state, param_groups: [state.param_groups[0], { ...state.param_groups[1], lr: -1 }] },
        { ...state, schedules: [{ lr: [{ ...state.schedules[0].lr[0], lr: null }] }, {}] },
        { ...state, schedules: [{ lr: [] }, {}] },
        { ...state, schedules: [{ lr: 5 }, {}] },
        { ...state, schedules: [null, {}] },
        { ...state, schedules: {} },
      ]) {
        const before = other.plateau.stateDict();
        expect(codeOf(() => other.optimizer.loadStateDict(wrong))).toMatch(/STATE/);
        expect(other.plateau.stateDict()).toEqual(before);
      }
    });

    it('is no part of a state in which nothing remembers', () => {
      expect(
        new SGD([f32(1)], { backend, lr: exponential({ lr: 1, gamma: 0.5 }) }).stateDict(),
      ).not.toHaveProperty('schedules');
    });

    it('may be the decay of an average', () => {
      const make = () => {
        const plateau = new ReduceLROnPlateau({ lr: 0.5, patience: 0 });
        return { plateau, average: new MovingAverage([f32(1)], { backend, decay: plateau.schedule }) };
      };
      const [one, other] = [make(), make()];
      for (let t = 0; t < 3; t++) {
        one.average.update();
        one.plateau.step(1);
      }
      other.average.deserialize(one.average.serialize());
      expect(other.plateau.stateDict()).toEqual(one.plateau.stateDict());
    });
  });
}
