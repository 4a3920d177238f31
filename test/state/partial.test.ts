// A part of a state, by name: a head was exchanged. What is not on both sides stays as it is, and is told.
import { describe, expect, it } from 'vitest';
import { Adam, cosine } from '../../src/index.js';
import { type Any, backends, codeOf, f32, ways } from './scenes.js';

for (const backend of backends) {
  const trained = (steps = 3) => {
    const optimizer = new Adam({ w: f32(1), head: f32(1, 2), old: f32(4) }, { backend, lr: 0.5 });
    for (let t = 0; t < steps; t++) optimizer.step({ w: f32(1), head: f32(1, 1), old: null });
    return optimizer;
  };
  describe(backend, () => {
    it.each(Object.entries(ways))('%s takes what is on both sides, and tells the rest', (way, take) => {
      const params = { head: f32(7, 7, 7), w: f32(9), fresh: f32(8) };
      const other = new Adam(params, { backend });
      const report = take(trained(), other, { partial: true });
      expect(report).toEqual({
        loaded: ['w'],
        missing: ['fresh'],
        unexpected: ['old'],
        mismatched: [
          {
            name: 'head',
            expected: 'Float32Array(3)',
            got: way === 'deserialize' ? 'F32[2]' : expect.any(String),
          },
        ],
        differing: [],
      });
      expect(Object.keys(other.stateDict().state)).toEqual(['w']);
      expect(other.stateDict().state.w).toEqual(trained().stateDict().state.w);
      expect([other.steps, other.groups[0]!.lr]).toEqual([3, 0.5]);
      expect([params.head, params.fresh]).toEqual([f32(7, 7, 7), f32(8)]);
      expect(params.w[0] !== 9).toBe(way === 'deserialize');
      // The new ones begin at their own first step.
      other.step({ head: f32(1, 1, 1), w: f32(1), fresh: f32(1) });
      const { state } = other.stateDict();
      expect([state.w!.step, state.head!.step, state.fresh!.step]).toEqual([4, 1, 1]);
    });

    it('is strict by default', () => {
      const other = new Adam({ w: f32(1), head: f32(1, 2, 3) }, { backend });
      const before = JSON.stringify(other.stateDict());
      for (const take of Object.values(ways)) {
        expect(codeOf(() => take(trained(), other))).toMatch(/STATE/);
        expect(codeOf(() => take(trained(), other, { partial: false }))).toMatch(/STATE/);
      }
      expect(JSON.stringify(other.stateDict())).toBe(before);
    });

    it('leaves what is not taken as far as it has come', () => {
      const other: Any = new Adam([{ params: { w: f32(1) } }, { params: { own: f32(1) } }], {
        backend,
        lr: 0.125,
      });
      for (let t = 0; t < 5; t++) other.step([{ w: f32(1) }, { own: f32(1) }]);
      const own = other.stateDict().state.own;
      other.loadStateDict(trained(2).stateDict(), { partial: true });
      expect(other.stateDict().state.own).toEqual(own);
      expect(other.stateDict().state.w.step).toBe(2);
      expect([other.steps, other.groups.map(({ lr }: Any) => lr)]).toEqual([5, [0.5, 0.125]]);
      // Its clock is its own again: the two go on by themselves.
      other.step([{ w: f32(1) }, {}]);
      other.step([{}, { own: f32(1) }]);
      expect([other.stateDict().state.w.step, other.stateDict().state.own.step]).toEqual([3, 6]);
      other.loadStateDict(other.stateDict());
    });

    it('splits tensors that had one clock', () => {
      const other: Any = new Adam({ w: f32(1), own: f32(1) }, { backend });
      for (let t = 0; t < 5; t++) other.step({ w: f32(1), own: f32(1) });
      other.loadStateDict(trained(2).stateDict(), { partial: true });
      other.step({ w: f32(1), own: f32(1) });
      other.step({ w: f32(1) });
      other.step({ own: f32(1) });
      expect([other.stateDict().state.w.step, other.stateDict().state.own.step]).toEqual([4, 7]);
    });

    it('takes no options where a group comes from several', () => {
      const one = new Adam(
        [
          { params: { a: f32(1) }, lr: 0.5 },
          { params: { b: f32(1) }, lr: 0.25 },
        ],
        { backend },
      );
      one.step([{ a: f32(1) }, { b: f32(1) }]);
      const other = new Adam({ a: f32(1), b: f32(1) }, { backend, lr: 0.125 });
      const { loaded } = other.loadStateDict(one.stateDict(), { partial: true });
      expect([loaded, other.groups[0]!.lr]).toEqual([['a', 'b'], 0.125]);
    });

    it.each<[string, Any]>([
      ['nothing on both sides', () => new Adam({ x: f32(1) }, { backend })],
      ['nothing but another length', () => new Adam({ head: f32(1) }, { backend })],
    ])('refuses %s', (_, make) => {
      for (const take of Object.values(ways))
        expect(codeOf(() => take(trained(), make(), { partial: true }))).toMatch(
          /STATE: Expected a state of/,
        );
    });

    it('tells of functions of the step that gave another value', () => {
      const other = new Adam(
        { w: f32(1), head: f32(1, 2), old: f32(4) },
        { backend, lr: cosine({ lr: 0.25, tMax: 9 }) },
      );
      expect(other.loadStateDict(trained(1).stateDict()).differing).toEqual([
        { group: 0, option: 'lr', saved: 0.5, now: 0.25 },
      ]);
    });

    it.each([[{ partial: 1 }], [{ params: true }], [null], [7]])('refuses %o for options', options => {
      expect(codeOf(() => trained().loadStateDict(trained().stateDict(), options as Any))).toMatch(/OPTION/);
    });
  });
}
