// Training that is cut at any step, saved and resumed, here or on the other backend, goes on with the same bits.
import { describe, expect, it } from 'vitest';
import {
  Adagrad,
  Adam,
  cosine,
  MovingAverage,
  NAdam,
  Nesterov,
  RMSprop,
  type StateDict,
} from '../src/index.js';
import { defaultsOf } from '../src/rule.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, everyVariant, type Loose, step } from './every-optimizer.js';
import { type Backend, noise, type Run, Training, text } from './training.js';

// biome-ignore lint/suspicious/noExplicitAny: state dicts are looked into as what they are
type Any = any;

const steps = 14;
const cuts = [0, 1, 2, 3, 4, 7, 10, 13, 14];

/** Cuts a run everywhere; what goes on from there must end where the uncut run ends, and be there at each step. */
function resumes(run: Run, before: Backend, after: Backend): void {
  const whole = new Training(run, before);
  const at: string[] = [whole.bits];
  for (let t = 0; t < steps; t++) at.push(whole.train(t, t + 1).bits);
  for (const cut of cuts) {
    const first = new Training(run, before).train(0, cut);
    const saved = first.optimizer.stateDict();
    expect(text([first.a, first.b, saved, cut])).toBe(at[cut]);
    // The dict is a copy: going on, disposing and loading leave it as it was.
    const asSaved = text(saved);
    const { a, b } = { a: first.a.slice(), b: first.b.slice() };
    first.train(cut, steps);
    first.optimizer.dispose();
    const second = new Training(run, after, { a, b });
    second.optimizer.loadStateDict(structuredClone(saved));
    expect(second.bits, `loaded at ${cut}`).toBe(at[cut]);
    for (let t = cut; t < steps; t++)
      expect(second.train(t, t + 1).bits, `cut at ${cut}, step ${t + 1}`).toBe(at[t + 1]);
    expect(text(saved)).toBe(asSaved);
    second.optimizer.dispose();
  }
}

const directions: readonly [Backend, Backend][] = [
  ['wasm', 'wasm'],
  ['native', 'native'],
  ['native', 'wasm'],
  ['wasm', 'native'],
];

for (const [before, after] of directions) {
  const missing = nativeMissing !== null && [before, after].includes('native');
  describe.skipIf(missing)(`${before} to ${after}${missing ? ` (skipped: ${nativeMissing})` : ''}`, () => {
    // Those that stand for an optimizer: not the look-ahead half of Nesterov, nor the average, which has its own test.
    for (const { title, entry, options } of everyVariant) {
      it(`resumes ${title}`, () => {
        resumes(
          { shape: 'record', make: (params, backend) => entry.make(params, { ...options, backend }) },
          before,
          after,
        );
      });
    }

    for (const { name, make, rule } of everyOptimizer) {
      it(`resumes ${name} with groups and schedules`, () => {
        const lr = cosine({ lr: 0.1, tMax: 20 });
        const decay = 'weightDecay' in defaultsOf(rule) ? { weightDecay: (t: number) => 0.1 / t } : {};
        const { betas: usual } = defaultsOf(rule);
        const betas = usual ? { betas: [(t: number) => 1 - 0.5 / t, ...usual.slice(1).map(() => 0.9)] } : {};
        const groups = (params: Any) => [
          { ...params[0], ...decay },
          { ...params[1], lr: 0.3 },
        ];
        resumes(
          { shape: 'groups', make: (params, backend) => make(groups(params), { backend, lr, ...betas }) },
          before,
          after,
        );
      });
    }

    it('resumes what was set on the way', () => {
      const make = (lr: number) => {
        const w = noise(new Float32Array(9), 1);
        return { w, optimizer: new Adam([{ params: { w }, betas: [0.8, 0.9] }], { backend: before, lr }) };
      };
      const whole = make(0.1);
      whole.optimizer.step([{ w: noise(new Float32Array(9), 2) }]);
      whole.optimizer.set({ lr: 0.5, weightDecay: 0.1, betas: [0.5, 0.6], maximize: true });
      const saved = whole.optimizer.stateDict();
      const again = new Adam([{ params: { w: whole.w.slice() } }], { backend: after });
      again.loadStateDict(saved);
      expect({ ...again.groups[0] }).toEqual({ ...whole.optimizer.groups[0] });
      const w = whole.w.slice();
      const third = new Adam([{ params: { w } }], { backend: after });
      third.loadStateDict(saved);
      third.step([{ w: noise(new Float32Array(9), 3) }]);
      whole.optimizer.step([{ w: noise(new Float32Array(9), 3) }]);
      expect(text([w, third.stateDict()])).toBe(text([whole.w, whole.optimizer.stateDict()]));
    });

    it('resumes a MovingAverage', () => {
      for (const options of [
        { decay: 0.9 },
        { decay: 0.9, biasCorrection: true },
        { decay: (t: number) => t / (t + 9), initial: 0.5 },
        { decay: (t: number) => t / (t + 9), biasCorrection: true },
      ]) {
        const params = { a: noise(new Float32Array(33), 1), b: noise(new Float64Array(5), 2) };
        const move = (t: number) => {
          noise(params.a, t);
          noise(params.b, -t);
        };
        const whole = new MovingAverage(params, { ...options, backend: before });
        for (let t = 1; t <= 5; t++) {
          move(t);
          whole.update();
        }
        const saved = structuredClone(whole.stateDict());
        const again = new MovingAverage(params, { ...options, backend: after });
        again.loadStateDict(saved);
        for (let t = 6; t <= 9; t++) {
          expect(text([again.values, again.stateDict(), again.steps])).toBe(
            text([whole.values, whole.stateDict(), whole.steps]),
          );
          move(t);
          whole.update();
          again.update();
        }
        expect(text(again.stateDict())).toBe(text(whole.stateDict()));
      }
    });
  });
}

const here: Backend = nativeMissing === null ? 'native' : 'wasm';
const backends: readonly Backend[] = nativeMissing === null ? ['native', 'wasm'] : ['wasm'];

describe('a state dict', () => {
  it('is a copy: what is done to it reaches nobody', () => {
    for (const { make, name } of everyOptimizer) {
      for (const backend of backends) {
        const w = noise(new Float32Array(8), 1);
        const optimizer = make([w], { backend });
        step(optimizer, [noise(new Float32Array(8), 2)]);
        const fresh = text(make([noise(new Float32Array(8), 1)], { backend }).stateDict());
        const before = text([w, optimizer.stateDict(), { ...optimizer.groups[0] }]);
        const spoil = (value: Any): void => {
          for (const key of Object.keys(value)) {
            if (typeof value[key] === 'object' && value[key] !== null) spoil(value[key]);
            else value[key] = 1e6;
          }
        };
        spoil(optimizer.stateDict());
        expect(text([w, optimizer.stateDict(), { ...optimizer.groups[0] }]), name).toBe(before);
        // Nor the defaults of the class.
        expect(text(make([noise(new Float32Array(8), 1)], { backend }).stateDict()), name).toBe(fresh);
      }
    }
  });

  it('is copied when it is loaded', () => {
    for (const backend of backends) {
      const w = noise(new Float32Array(8), 1);
      const optimizer = new Adam([w], { backend });
      optimizer.step([noise(new Float32Array(8), 2)]);
      const dict = optimizer.stateDict();
      optimizer.loadStateDict(dict);
      const before = text(optimizer.stateDict());
      (dict.state[0]!.exp_avg as Float32Array).fill(7);
      (dict.param_groups[0]!.betas as number[])[0] = 0;
      dict.state[0]!.step = 99;
      expect(text(optimizer.stateDict())).toBe(before);
    }
  });

  it('survives structuredClone and JSON of its plain parts', () => {
    const optimizer = new Adam({ w: new Float32Array(3) }, { backend: here, amsgrad: true, lr: t => 1 / t });
    optimizer.step({ w: Float32Array.of(1, 2, 3) });
    const dict = optimizer.stateDict();
    expect(structuredClone(dict)).toEqual(dict);
    expect(JSON.parse(JSON.stringify(dict.param_groups))).toEqual(dict.param_groups);
    expect(dict).toEqual({
      state: {
        w: {
          step: 1,
          exp_avg: expect.any(Float32Array),
          exp_avg_sq: expect.any(Float32Array),
          max_exp_avg_sq: expect.any(Float32Array),
        },
      },
      param_groups: [
        {
          lr: 1,
          betas: [0.9, 0.999],
          eps: 1e-8,
          weight_decay: 0,
          amsgrad: true,
          decoupled_weight_decay: false,
          maximize: false,
          gradient_scale: 1,
          clip_norm: null,
          non_finite: 'propagate',
          gradient_centralization: false,
          gc_conv_only: false,
          agc: null,
          agc_eps: 1e-3,
          orthograd: false,
          update_clip: null,
          cautious: false,
          mask_scale: 'mean',
          cautious_weight_decay: false,
          max_lr: null,
          params: ['w'],
        },
      ],
      steps: 1,
    });
  });

  it('has no entry for a tensor that never had a gradient, but for sums that are there from the beginning', () => {
    for (const { make, name, rule } of everyOptimizer) {
      const optimizer = make({ w: new Float32Array(2), v: new Float32Array(2) }, { backend: here });
      expect(Object.keys(optimizer.stateDict().state), name).toEqual(rule.early ? ['w', 'v'] : []);
      step(optimizer, { w: Float32Array.of(1, 1) });
      expect(Object.keys(optimizer.stateDict().state), name).toEqual(rule.early ? ['w', 'v'] : ['w']);
    }
    const adagrad = new Adagrad({ v: new Float32Array(2) }, { backend: here, initialAccumulatorValue: 0.25 });
    expect(adagrad.stateDict().state.v).toEqual({ step: 0, sum: Float32Array.of(0.25, 0.25) });
  });

  it('takes a tensor back to its beginning where it has no entry', () => {
    for (const backend of backends) {
      for (const { make, name } of everyOptimizer.filter(({ coupled }) => !coupled)) {
        const [w, fresh] = [noise(new Float32Array(11), 1), noise(new Float32Array(11), 1)];
        const optimizer = make({ w, v: new Float32Array(2) }, { backend });
        step(optimizer, { w: noise(new Float32Array(11), 5), v: Float32Array.of(1, 1) });
        const dict = optimizer.stateDict();
        delete dict.state.w;
        optimizer.loadStateDict(dict);
        noise(w, 1);
        const other = make({ w: fresh }, { backend });
        step(optimizer, { w: noise(new Float32Array(11), 3) });
        step(other, { w: noise(new Float32Array(11), 3) });
        expect(text([w, optimizer.stateDict().state.w]), name).toBe(text([fresh, other.stateDict().state.w]));
      }
    }
  });

  it('takes it back to the beginning of the options that are loaded', () => {
    const optimizer = new Adagrad({ w: Float32Array.of(1) }, { initialAccumulatorValue: 0.5 });
    const dict = optimizer.stateDict();
    dict.state = {};
    dict.param_groups[0]!.initial_accumulator_value = 0.25;
    optimizer.loadStateDict(dict);
    expect(optimizer.stateDict().state.w!.sum).toEqual(Float32Array.of(0.25));
  });

  it('keeps tensors apart that took as many steps and have come to other scalars', () => {
    const make = () => new NAdam({ a: Float32Array.of(1), b: Float32Array.of(1) });
    const [optimizer, again] = [make(), make()];
    optimizer.step({ a: Float32Array.of(1), b: Float32Array.of(1) });
    const dict = optimizer.stateDict();
    dict.state.b!.mu_product = 0.25;
    again.loadStateDict(dict);
    expect(again.stateDict()).toEqual(dict);
  });

  it('may be one of PyTorch: no steps, numbers for names, fewer options', () => {
    for (const backend of backends) {
      const train = (optimizer: Loose, t: number) =>
        optimizer.step([noise(new Float32Array(4), t), t === 2 ? null : noise(new Float32Array(2), -t)]);
      const whole = [noise(new Float32Array(4), 1), noise(new Float32Array(2), 2)];
      const optimizer = new Adam(whole, { backend, lr: 0.1, betas: [0.5, 0.75] }) as unknown as Loose;
      for (let t = 1; t <= 3; t++) train(optimizer, t);
      const own = optimizer.stateDict();
      const dict: StateDict = {
        state: Object.fromEntries(
          Object.entries(own.state).map(([name, { step, exp_avg, exp_avg_sq }]) => [
            Number(name),
            { step, exp_avg, exp_avg_sq },
          ]),
        ) as Any,
        param_groups: [
          {
            lr: 0.1,
            betas: [0.5, 0.75],
            eps: 1e-8,
            weight_decay: 0,
            amsgrad: false,
            maximize: false,
            params: [0, 1],
          },
        ],
      };
      const again = whole.map(array => array.slice());
      const resumed = new Adam(again, { backend }) as unknown as Loose;
      resumed.loadStateDict(dict);
      expect(resumed.steps).toBe(3);
      expect([resumed.stateDict().state[0]!.step, resumed.stateDict().state[1]!.step]).toEqual([3, 2]);
      for (let t = 4; t <= 6; t++) {
        train(optimizer, t);
        train(resumed, t);
      }
      expect(text([again, resumed.stateDict()])).toBe(text([whole, optimizer.stateDict()]));
      // Without any entry it is a new beginning.
      resumed.loadStateDict({ state: {}, param_groups: dict.param_groups });
      expect([resumed.steps, resumed.stateDict().state]).toEqual([0, {}]);
    }
  });

  it('replaces options, but keeps functions of the step', () => {
    const lr = (t: number) => 1 / t;
    const optimizer = new Adam([new Float32Array(1)], {
      backend: here,
      lr,
      betas: [lr.bind(null), 0.5].map((x, i) => (i === 0 ? (t: number) => 0.5 / t : x)) as Any,
    });
    const other = new Adam([new Float32Array(1)], {
      backend: here,
      lr: 0.7,
      betas: [0.1, 0.2],
      eps: 1e-3,
      maximize: true,
    });
    optimizer.loadStateDict(other.stateDict());
    const [group] = optimizer.groups;
    expect(group!.lr).toBe(lr);
    expect(typeof group!.betas[0]).toBe('function');
    expect([group!.betas[1], group!.eps, group!.maximize]).toEqual([0.2, 1e-3, true]);
  });

  it('leaves out what only serves within a step', () => {
    const optimizer = new Nesterov([new Float32Array(2)], { backend: here });
    optimizer.step(() => [Float32Array.of(1, 2)]);
    expect(Object.keys(optimizer.stateDict().state[0]!)).toEqual(['step', 'velocity']);
    expect(
      Object.keys(new RMSprop([new Float32Array(1)], { backend: here }).stateDict().param_groups[0]!),
    ).toContain('centered');
  });

  it('loads again and again into a used optimizer', () => {
    for (const backend of backends) {
      for (const { make, name } of everyOptimizer) {
        const w = noise(new Float32Array(30), 1);
        const optimizer = make([w], { backend });
        const go = (t: number) => step(optimizer, [noise(new Float32Array(30), t)]);
        go(1);
        const [saved, params] = [optimizer.stateDict(), w.slice()];
        const ends = [1, 2, 3].map(round => {
          w.set(params);
          optimizer.loadStateDict(saved);
          for (let t = 2; t < 4 + round; t++) go(t);
          if (round > 1) {
            w.set(params);
            optimizer.loadStateDict(saved);
          }
          for (let t = 2; round > 1 && t < 5; t++) go(t);
          return text([w, optimizer.stateDict()]);
        });
        expect(new Set(ends).size, name).toBe(1);
      }
    }
  });
});
