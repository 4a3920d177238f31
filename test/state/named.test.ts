// Names are names: parameters and groups are found by them, in any order. In lists there is order alone.
import { describe, expect, it } from 'vitest';
import { Adam, MovingAverage, SGD } from '../../src/index.js';
import { type Any, backends, codeOf, f32, ways } from './scenes.js';

for (const backend of backends) {
  describe(backend, () => {
    it.each(Object.entries(ways))('%s takes a record in another order', (_, take) => {
      const one = new Adam({ w: f32(1), b: f32(2) }, { backend });
      one.step({ w: f32(1), b: f32(2) });
      const other = new Adam({ b: f32(2), w: f32(1) }, { backend });
      expect(take(one, other)).toMatchObject({
        loaded: ['b', 'w'],
        missing: [],
        unexpected: [],
        mismatched: [],
      });
      const { state } = other.stateDict();
      expect([state.w, state.b]).toEqual([one.stateDict().state.w, one.stateDict().state.b]);
      expect(state.w).not.toEqual(state.b);
    });

    it.each(Object.entries(ways))('%s takes groups in another order, with their options', (_, take) => {
      const plateau = { params: { w: f32(1), v: f32(3) }, lr: 0.5 };
      const one = new Adam([plateau, { params: { b: f32(2) }, lr: 0.25 }], { backend });
      one.step([{ w: f32(1), v: f32(5) }, { b: f32(2) }]);
      const other = new Adam([{ params: { b: f32(2) } }, { params: { v: f32(3), w: f32(1) } }], { backend });
      take(one, other);
      expect(other.groups.map(({ lr }) => lr)).toEqual([0.25, 0.5]);
      const { state } = other.stateDict();
      expect(state).toEqual({ b: state.b, v: state.v, w: state.w });
      for (const name of ['w', 'v', 'b']) expect(state[name]).toEqual(one.stateDict().state[name]);
    });

    it('refuses groups of other names, and lists in another order', () => {
      const one = new Adam([{ params: { w: f32(1), v: f32(3) } }, { params: { b: f32(2) } }], { backend });
      const regrouped = new Adam([{ params: { w: f32(1) } }, { params: { b: f32(2), v: f32(3) } }], {
        backend,
      });
      expect(codeOf(() => regrouped.loadStateDict(one.stateDict()))).toMatch(
        /STATE: .*params to be w, got w, v/,
      );
      const list = new Adam([f32(1), f32(2)], { backend });
      const state: Any = list.stateDict();
      state.param_groups[0].params.reverse();
      expect(codeOf(() => list.loadStateDict(state))).toMatch(/STATE: .*params to be 0, 1, got 1, 0/);
    });

    it('takes a moving average in another order', () => {
      const one = new MovingAverage({ w: f32(1), b: f32(2, 3) }, { backend, biasCorrection: true });
      one.update();
      for (const way of ['loadStateDict', 'deserialize'] as const) {
        const other = new MovingAverage({ b: f32(0, 0), w: f32(0) }, { backend, biasCorrection: true });
        ways[way]!(one, other);
        expect(other.stateDict().values).toEqual({ b: one.values.b, w: one.values.w });
      }
    });

    it("takes PyTorch's numbers where it has names beside them", () => {
      const state = {
        state: { 0: { momentum_buffer: f32(2) }, 1: { momentum_buffer: f32(3, 4) } },
        param_groups: [{ lr: 0.5, momentum: 0.9, params: [0, 1], param_names: ['b', 'w'] }],
      };
      const optimizer = new SGD({ w: f32(0, 0), b: f32(0) }, { momentum: 0.9, backend });
      optimizer.loadStateDict(state as Any);
      expect(optimizer.stateDict().state).toMatchObject({
        w: { momentum_buffer: f32(3, 4) },
        b: { momentum_buffer: f32(2) },
      });
      expect(optimizer.groups[0]!.lr).toBe(0.5);
    });

    it('names all keys of an entry in which one is missing', () => {
      const one: Any = new Adam([f32(1)], { backend, amsgrad: true });
      one.step([f32(1)]);
      const state = one.stateDict();
      delete state.state[0].max_exp_avg_sq;
      expect(codeOf(() => one.loadStateDict(state))).toContain(
        'max_exp_avg_sq, got step, exp_avg, exp_avg_sq',
      );
    });
  });
}
