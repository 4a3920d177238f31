// A group that joins a living optimizer: its tensors begin at their first step, and nothing changes for the others.
import { describe, expect, it } from 'vitest';
import { Adagrad, Adam, Nesterov, SGD } from '../../src/index.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import { noise } from '../training.js';
import { type Any, backends, codeOf, f32 } from './scenes.js';

for (const backend of backends) {
  describe(backend, () => {
    // What is of the whole model is made of all its tensors.
    const kept = everyOptimizer.filter(({ tfjs, coupled }) => !tfjs && !coupled);
    it.each(kept.map(entry => [entry.name, entry] as const))(
      '%s goes on with the bits of two optimizers',
      (_, { make }) => {
        // More than is copied at a time, and doubles beside floats.
        const params = () => ({ w: noise(new Float32Array(20_000), 1), d: noise(new Float64Array(7), 2) });
        const head = () => noise(new Float32Array(9), 3);
        const grads = (t: number) => ({
          w: noise(new Float32Array(20_000), t),
          d: noise(new Float64Array(7), -t),
        });
        const [p, q, h, k] = [params(), params(), head(), head()];
        const grown: Any = make([{ params: p, lr: 0.25 }], { backend });
        const [one, other]: Any[] = [
          make([{ params: q, lr: 0.25 }], { backend }),
          make([{ params: { h: k }, lr: 0.5 }], { backend }),
        ];
        for (let t = 1; t <= 3; t++) for (const each of [grown, one]) step(each, [grads(t)]);
        expect(grown.addGroup({ params: { h }, lr: 0.5 })).toBe(grown);
        for (let t = 4; t <= 6; t++) {
          const g = t === 5 ? null : noise(new Float32Array(9), t);
          step(grown, [grads(t), { h: g }]);
          step(one, [grads(t)]);
          step(other, [{ h: g }]);
        }
        expect([p, h]).toEqual([q, k]);
        const state = (of: Any) => of.stateDict().state;
        expect(state(grown)).toEqual({ ...state(one), ...state(other) });
        expect(grown.groups.map(({ lr, names }: Any) => [lr, ...names])).toEqual([
          [0.25, 'w', 'd'],
          [0.5, 'h'],
        ]);
        expect([grown.numbers.length, grown.slots.length, grown.steps]).toEqual([2, 3, 6]);
        grown.dispose();
      },
    );

    it('is in checkpoints, and takes options of the construction', () => {
      const make = (): Any =>
        new Adam([{ params: [f32(1)], eps: 1e-3 }], { backend, lr: 0.5, amsgrad: true });
      const one = make();
      one.set({ lr: 0.125 });
      one.step([[f32(1)]]);
      one.addGroup({ params: [f32(2), f32(3)] });
      expect([one.groups[1].lr, one.groups[1].amsgrad, one.groups[1].eps, ...one.groups[1].names]).toEqual([
        0.5,
        true,
        1e-8,
        '1',
        '2',
      ]);
      one.step([[f32(1)], [f32(1), null]]);
      const other = make();
      other.addGroup({ params: [f32(0), f32(0)] });
      other.deserialize(one.serialize());
      expect(other.stateDict()).toEqual(one.stateDict());
      expect(other.stateDict().state[1].step).toBe(1);
    });

    it('asks schedules for the step to come', () => {
      const asked: number[] = [];
      const optimizer: Any = new SGD([{ params: [f32(1)] }], { backend });
      for (let t = 0; t < 3; t++) optimizer.step([[f32(1)]]);
      optimizer.addGroup({ params: [f32(1)], lr: (t: number) => asked.push(t) });
      expect(asked).toEqual([4]);
    });

    it('leaves parameters on their way, and an asynchronous step after it', async () => {
      const [from, to, more] = [f32(1, 2), f32(7, 7), f32(5)].map(array => {
        const shared = new Float32Array(new SharedArrayBuffer(array.byteLength));
        shared.set(array);
        return shared;
      }) as [Float32Array, Float32Array, Float32Array];
      const optimizer: Any = new SGD([{ params: [from] }], { backend, lr: 1 });
      optimizer.rebind([[to]], [[from]]);
      expect(codeOf(() => optimizer.addGroup({ params: [from] }))).toMatch(/ALIAS/);
      optimizer.addGroup({ params: [more] });
      const grad = new Float32Array(new SharedArrayBuffer(8)).fill(1);
      await optimizer.stepAsync([[grad], [new Float32Array(new SharedArrayBuffer(4))]]);
      expect([from, to, more]).toEqual([f32(1, 2), f32(0, 1), f32(5)]);
    });

    it('works for Nesterov', () => {
      const [w, v] = [f32(1), f32(1)];
      const optimizer: Any = new Nesterov([{ params: { w } }], { backend, lr: 0.5 });
      optimizer.step(() => [{ w: f32(1) }]);
      optimizer.addGroup({ params: { v } });
      optimizer.step(() => [{ w: f32(1) }, { v: f32(1) }]);
      expect(v).toEqual(f32(0.5));
      expect(optimizer.stateDict().state.w.step).toBe(2);
    });

    it('is all or nothing', () => {
      const w = f32(1, 2);
      const optimizer: Any = new Adam([{ params: { w } }], { backend });
      optimizer.step([{ w: f32(1, 1) }]);
      const tell = () => JSON.stringify([optimizer.stateDict(), optimizer.groups.length, w]);
      const before = tell();
      const detached = f32(1);
      structuredClone(detached, { transfer: [detached.buffer] });
      const rows: [Any, RegExp][] = [
        [undefined, /SHAPE.*addGroup/],
        [f32(1), /SHAPE.*Float32Array/],
        [[f32(1)], /SHAPE/],
        [{ v: f32(1) }, /SHAPE.*params, \.\.\.options/],
        [{ params: 5 }, /SHAPE.*params\[1\]\.params/],
        [{ params: { v: [1] } }, /DTYPE.*params\[1\]\.params\.v/],
        [{ params: { w: f32(1) } }, /NAME.*"w"/],
        [{ params: { v: w } }, /ALIAS.*params\[1\]\.params\.v.*params\[0\]\.params\.w/],
        [{ params: { v: w.subarray(1) } }, /ALIAS/],
        [{ params: { v: f32(1), u: detached } }, /DETACHED/],
        [{ params: { v: f32(1) }, lr: -1 }, /OPTION.*lr/],
        [{ params: { v: f32(1) }, momentum: 0 }, /OPTION.*momentum/],
        [{ params: { v: f32(1) }, lr: () => optimizer.steps && optimizer.step([{}]) }, /BUSY/],
        [{ params: { v: f32(1) }, lr: () => Number.NaN }, /OPTION.*lr\(2\)/],
      ];
      for (const [group, error] of rows) expect(codeOf(() => optimizer.addGroup(group))).toMatch(error);
      // The array is a parameter already, when the memory of the other is looked at.
      const late = { v: f32(1) };
      const taking = {
        params: late,
        get lr() {
          structuredClone(late.v, { transfer: [late.v.buffer] });
          return 1;
        },
      };
      expect(codeOf(() => optimizer.addGroup(taking))).toMatch(/DETACHED|LENGTH/);
      expect(tell()).toBe(before);
      optimizer.step([{ w: f32(1, 1) }]);
      optimizer.addGroup({ params: { v: f32(1) } });
      expect(codeOf(() => optimizer.step([{ w: f32(1, 1) }]))).toMatch(/SHAPE.*2 groups/);
      optimizer.dispose();
      expect(codeOf(() => optimizer.addGroup({ params: [f32(1)] }))).toMatch(/DISPOSED/);
    });

    it('begins with what the rule has before any gradient', () => {
      const optimizer: Any = new Adagrad([{ params: [f32(1)] }], { backend });
      optimizer.addGroup({ params: [f32(1)], initialAccumulatorValue: 0.5 });
      expect(optimizer.stateDict().state[1]).toEqual({ step: 0, sum: f32(0.5) });
    });

    it('is refused by one without groups, and by a busy one', async () => {
      for (const params of [[f32(1)], { w: f32(1) }])
        expect(
          codeOf(() => (new Adam(params as Any, { backend }) as Any).addGroup({ params: [f32(1)] })),
        ).toMatch(/SHAPE.*list of one group/);
      const shared = new Float32Array(new SharedArrayBuffer(4));
      const optimizer: Any = new Adam([{ params: [shared] }], { backend });
      const step = optimizer.stepAsync([[new Float32Array(new SharedArrayBuffer(4))]]);
      const said = codeOf(() => optimizer.addGroup({ params: [f32(1)] }));
      await step;
      expect(said).toMatch(/BUSY/);
    });
  });
}

it('has a type that knows of the group', () => {
  const optimizer = new Adam([{ params: { w: f32(1) } }]);
  const grown = optimizer.addGroup({ params: { b: f32(1) }, lr: 0.5 });
  grown.step([{ w: f32(1) }, { b: f32(1) }]);
  // @ts-expect-error: a group is missing
  expect(codeOf(() => grown.step([{ w: f32(1) }]))).toMatch(/SHAPE/);
  const ahead = new Nesterov([{ params: { w: f32(1) } }]).addGroup({ params: { b: f32(1) } });
  ahead.step(() => [{ w: f32(1) }, { b: f32(1) }]);
});
