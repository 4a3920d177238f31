// Slots that are switched on at a resume begin as they can in mid-training, or are refused.
import { describe, expect, it } from 'vitest';
import { AdaBelief, Adam, AdamW, LaProp, MovingAverage, RMSprop, SGD, SM3 } from '../../src/index.js';
import { everyOptimizer } from '../every-optimizer.js';
import { type Any, backends, codeOf, f32, ways } from './scenes.js';

const zeros = f32(0, 0);
type Row = [
  title: string,
  make: (options?: Any) => Any,
  asked: object,
  slots: (state: Any) => object,
  step: number,
];

it('a slot joins with zeros, at its first step, or as another slot of its rule', () => {
  for (const { rule } of everyOptimizer)
    for (const { joins = 'zeros' } of rule.slots)
      expect(['zeros', 'first step', ...rule.slots.map(({ name }) => name)]).toContain(joins);
});

for (const backend of backends) {
  const rows: Row[] = [
    [
      'amsgrad',
      o => new Adam([f32(1, 2)], { backend, ...o }),
      { amsgrad: true },
      s => ({ max_exp_avg_sq: s.exp_avg_sq }),
      2,
    ],
    [
      'amsgrad of AdamW',
      o => new AdamW([f32(1, 2)], { backend, ...o }),
      { amsgrad: true },
      s => ({ max_exp_avg_sq: s.exp_avg_sq }),
      2,
    ],
    [
      'amsgrad of AdaBelief',
      o => new AdaBelief([f32(1, 2)], { backend, ...o }),
      { amsgrad: true },
      s => ({ max_exp_avg_var: s.exp_avg_var }),
      2,
    ],
    [
      'amsgrad of LaProp',
      o => new LaProp([f32(1, 2)], { backend, ...o }),
      { amsgrad: true },
      () => ({ max_exp_avg_sq: zeros }),
      2,
    ],
    [
      'centered of LaProp',
      o => new LaProp([f32(1, 2)], { backend, ...o }),
      { centered: true },
      () => ({ exp_mean_avg_beta2: zeros }),
      2,
    ],
    [
      'centered',
      o => new RMSprop([f32(1, 2)], { backend, ...o }),
      { centered: true },
      () => ({ grad_avg: zeros }),
      2,
    ],
    [
      'momentum',
      o => new RMSprop([f32(1, 2)], { backend, ...o }),
      { momentum: 0.5 },
      () => ({ momentum_buffer: zeros }),
      2,
    ],
    [
      'momentum of SM3',
      o => new SM3([f32(1, 2)], { backend, ...o }),
      { momentum: 0.5 },
      () => ({ momentum_buffer: zeros }),
      2,
    ],
    [
      'both',
      o => new RMSprop([f32(1, 2)], { backend, ...o }),
      { momentum: 0.5, centered: true },
      () => ({ grad_avg: zeros, momentum_buffer: zeros }),
      2,
    ],
  ];
  describe(backend, () => {
    for (const [how, take] of Object.entries(ways)) {
      it.each(rows)(`${how} lets %s join`, (_, make, asked, slots, step) => {
        const before = make();
        for (let t = 0; t < 2; t++) before.step([f32(1, -3)]);
        const after = make(asked);
        const { differing } = take(before, after);
        const { state } = before.stateDict();
        expect(after.stateDict().state[0]).toEqual({ ...state[0], ...slots(state[0]), step });
        expect(after.groups[0]).toMatchObject(asked);
        expect(differing.map(({ option, now }: Any) => [option, now])).toEqual(
          expect.arrayContaining(Object.entries(asked)),
        );
        after.step([f32(1, 1)]);
        expect(Object.values(after.stateDict().state[0]).flat().some(Number.isNaN)).toBe(false);
      });

      it(`${how} lets the momentum of SGD begin with the next gradient, as PyTorch does`, () => {
        const before = new SGD([f32(1)], { backend });
        before.step([f32(1)]);
        const after: Any = new SGD([f32(1)], { backend, momentum: 0.9, dampening: 0.5, nesterov: false });
        take(before, after);
        expect(after.steps).toBe(1);
        after.step([f32(4)]);
        expect(after.stateDict().state[0].momentum_buffer).toEqual(f32(4));
      });
    }

    it('takes a maximum that is there, whatever the flag says', () => {
      const one: Any = new Adam([f32(1)], { backend, amsgrad: true });
      one.step([f32(1)]);
      const state = one.stateDict();
      state.param_groups[0].amsgrad = false;
      state.state[0].max_exp_avg_sq[0] = 9;
      one.loadStateDict(state);
      expect([one.groups[0].amsgrad, one.stateDict().state[0].max_exp_avg_sq[0]]).toEqual([true, 9]);
    });

    it.each<[string, () => Any, () => Any, string]>([
      [
        'a maximum that nobody keeps',
        () => new Adam([f32(1)], { backend, amsgrad: true }),
        () => new Adam([f32(1)], { backend }),
        'construct the optimizer with amsgrad: true',
      ],
      [
        'a buffer that nobody keeps',
        () => new SGD([f32(1)], { backend, momentum: 0.5 }),
        () => new SGD([f32(1)], { backend }),
        'construct the optimizer with momentum: 0.5',
      ],
      [
        'the other momentum',
        () => new SGD([f32(1)], { backend, momentum: 0.5 }),
        () => new SGD([f32(1)], { backend, momentum: 0.5, nesterov: true }),
        'construct the optimizer with nesterov: false',
      ],
      [
        'centered that nobody keeps',
        () => new RMSprop([f32(1)], { backend, centered: true }),
        () => new RMSprop([f32(1)], { backend, momentum: 0.5 }),
        'centered: true',
      ],
    ])('refuses %s', (_, from, to, says) => {
      const [one, other] = [from(), to()];
      one.step([f32(1)]);
      const before = JSON.stringify(other.stateDict());
      for (const take of Object.values(ways)) expect(codeOf(() => take(one, other))).toMatch(`STATE: ${''}`);
      expect(codeOf(() => ways['loadStateDict']!(one, other))).toContain(says);
      expect(codeOf(() => ways['deserialize']!(one, other))).toContain(says);
      expect(JSON.stringify(other.stateDict())).toBe(before);
    });

    it('begins a momentum with the whole gradient, however far the state has come', () => {
      const one = new SGD([f32(1)], { backend });
      for (let t = 1; t <= 3; t++) one.step([f32(1)]);
      for (const take of Object.values(ways)) {
        const other = new SGD([f32(1)], { backend, momentum: 0.5, dampening: 0.75 });
        take(one, other);
        other.step([f32(2)]);
        expect(other.stateDict().state[0]).toMatchObject({ momentum_buffer: f32(2) });
      }
    });

    it('takes a momentum that was 0 at its last step, with Nesterov: a function of the step stays', () => {
      const make = () => new SGD([f32(1)], { backend, nesterov: true, momentum: t => (t === 2 ? 0 : 0.5) });
      const one = make();
      for (let t = 1; t <= 2; t++) one.step([f32(1)]);
      for (const take of Object.values(ways)) {
        const other = make();
        take(one, other);
        expect(other.stateDict()).toEqual(one.stateDict());
      }
    });

    it('refuses a correction that an average was made without', () => {
      const [one, other] = [false, true].map(
        biasCorrection => new MovingAverage([f32(1)], { backend, biasCorrection }),
      );
      one!.update();
      expect(codeOf(() => other!.deserialize(one!.serialize()))).toContain(
        'construct the optimizer with biasCorrection: false',
      );
    });
  });
}
