import { describe, expect, test } from 'vitest';
import { Adagrad, ASGD, NAdam, OptionError, RMSprop, Rprop, SGD, ShapeError } from '../../src/index.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import { expectWithin, onEachBackend } from './trajectory.js';

// What is done before each step, the gradients of two parameters that begin at [1, -0.5], and what PyTorch 1.13 makes of them in
// float64, constructed with lr 0.1: a rate set before the first step, a first gradient that comes late, another rate after it.
const script = [
  { lr: 0.3, grads: [[0.5, -1], null] },
  {
    lr: 0.2,
    grads: [
      [-0.25, 2],
      [1, 0.5],
    ],
  },
  {
    grads: [
      [0.1, 0.1],
      [0.5, -0.25],
    ],
  },
  {
    lr: 0.7,
    grads: [
      [0.3, -0.4],
      [0.2, 0.2],
    ],
  },
] as const;

const pytorch = [
  {
    title: 'ASGD begins with the rate of a first gradient',
    Class: ASGD,
    options: { lr: 0.1, lambd: 0.01, t0: 1 },
    gives: [
      [0.847, -0.1985, 1, -0.5],
      [0.9192963940373767, -0.7965593703994917, 0.798, -0.599],
      [0.8975230885600867, -0.8149112235811508, 0.6965561277985157, -0.5478786628511793],
      [0.8360046681673815, -0.7336468173778955, 0.655286761839688, -0.5866665997997843],
    ],
  },
  {
    title: "Rprop's first step size is the rate of a first gradient",
    Class: Rprop,
    options: { lr: 0.1 },
    gives: [
      [0.7, -0.2, 1, -0.5],
      [0.7, -0.2, 0.8, -0.7],
      [0.55, -0.35, 0.56, -0.7],
      [0.37, -0.35, 0.272, -0.8],
    ],
  },
] as const;

const params = () => [Float64Array.of(1, -0.5), Float64Array.of(1, -0.5)];
const gradsOf = (i: number) => script[i]!.grads.map(list => list && Float64Array.from(list));
const rateAt = (t: number) => [0.3, 0.2, 0.2, 0.7][t - 1] ?? 0.7;

onEachBackend(backend => {
  describe.each(pytorch)('$title', ({ Class, options, gives }) => {
    const near = (list: readonly Float64Array[], i: number) =>
      expectWithin(
        list.flatMap(array => [...array]),
        gives[i]!,
        () => 1e-15 * 4,
        `step ${i + 1}`,
      );

    test.each(['set', 'a function'])('by %s', how => {
      const list = params();
      const lr = how === 'set' ? 0.1 : rateAt;
      const optimizer = new Class(list, { ...options, lr, backend });
      script.forEach((now, i) => {
        // Once both have begun, Rprop takes no rate any more; PyTorch does nothing with it.
        if (how === 'set' && 'lr' in now && !(Class === Rprop && i > 1)) optimizer.set({ lr: now.lr });
        optimizer.step(gradsOf(i));
        near(list, i);
      });
    });

    test('with steps off the thread, resumed and moved in between', async () => {
      const shared = (from: Float64Array) => {
        const array = new Float64Array(new SharedArrayBuffer(from.length * 8));
        array.set(from);
        return array;
      };
      let list = params().map(shared);
      let optimizer = new Class(list, { ...options, lr: rateAt, backend });
      for (let i = 0; i < script.length; i++) {
        await optimizer.stepAsync(gradsOf(i).map(one => one && shared(one)));
        near(list, i);
        const bytes = optimizer.serialize();
        list = list.map(array => shared(array));
        optimizer.rebind(list);
        optimizer = new Class(list, { ...options, lr: rateAt, backend });
        optimizer.deserialize(bytes);
      }
    });

    test('a step that fails begins nothing', () => {
      const list = params();
      const optimizer = new Class(list, { ...options, lr: 0.1, backend });
      optimizer.set({ lr: 50 });
      expect(() => optimizer.step([Float64Array.of(1, 1), new Float64Array(3)])).toThrow(ShapeError);
      expect(optimizer.stateDict().state).toEqual({});
      optimizer.set({ lr: 0.3 });
      optimizer.step(gradsOf(0));
      near(list, 0);
    });

    test('a state of step 0 that is loaded is there, whatever the rate', () => {
      const whole = new Class([Float64Array.of(1)], { lr: 0.5, backend });
      whole.step([Float64Array.of(0)]);
      const dict = whole.stateDict();
      dict.state[0]!.step = 0;
      const other = new Class([Float64Array.of(1)], { lr: 0.1, backend });
      other.loadStateDict(dict);
      expect(other.stateDict()).toEqual(dict);
    });
  });

  test('what state begins with is refused once there is state, and not before', () => {
    const groups = () => [{ params: [Float32Array.of(1)] }, { params: [Float32Array.of(1)] }];
    const adagrad = new Adagrad(groups(), { initialAccumulatorValue: 0.5, backend });
    const rprop = new Rprop(groups(), { backend });
    const late = (act: () => void) => {
      expect(act).toThrow(OptionError);
      expect(act).toThrow(
        /^Expected (initialAccumulatorValue|lr) at construction.*construct a new optimizer$/,
      );
    };
    late(() => adagrad.set({ initialAccumulatorValue: 1, lr: 0.25 }));
    late(() => {
      adagrad.groups[1]!.initialAccumulatorValue = 1;
    });
    expect(adagrad.numbers.map(({ lr, initialAccumulatorValue: a }) => [lr, a])).toEqual([
      [0.01, 0.5],
      [0.01, 0.5],
    ]);
    // It is what it was.
    adagrad.set({ initialAccumulatorValue: 0.5, lr: 0.25 });
    rprop.step([[Float32Array.of(1)], [null]]);
    rprop.set({ lr: 0.5 });
    late(() => {
      rprop.groups[0]!.lr = 0.25;
    });
    rprop.groups[1]!.lr = 0.125;
    rprop.step([[Float32Array.of(1)], [Float32Array.of(1)]]);
    expect(rprop.stateDict().state[1]!.step_size).toEqual(Float32Array.of(0.125));
    late(() => rprop.set({ lr: 1 }));
    late(() => rprop.set({ lr: () => 1 }));
    // A state that is loaded brings its own, as in PyTorch.
    const dict = rprop.stateDict();
    dict.param_groups[0]!.lr = 3;
    rprop.loadStateDict(dict);
    expect(rprop.groups[0]!.lr).toBe(3);
  });

  // PyTorch 1.13: momentum 0, 0.9, 0, 0.9, 0.5, and for RMSprop 0.5, 0, 0.9, 0.5, with gradients g and -g.
  const through = [
    {
      Class: SGD,
      momenta: [0, 0.9, 0, 0.9, 0.5],
      grads: [1, 2, 4, 8, 0.25],
      gives: [0.9, 0.7, 0.3, -0.68, -1.195],
    },
    {
      Class: RMSprop,
      momenta: [0.5, 0, 0.9, 0.5],
      grads: [1, 4, 8, 0.25],
      gives: [9.999999027732188e-8, -0.9704278385768174, -2.760305380502547, -3.6831820129597688],
    },
  ];
  test.each(through)(
    'a momentum of 0 leaves the buffer of $Class.name as it is',
    ({ Class, momenta, grads, gives }) => {
      const p = Float64Array.of(1);
      const optimizer = new Class([p], { lr: 0.1, momentum: t => momenta[t - 1]!, backend });
      grads.forEach((g, i) => {
        optimizer.step([Float64Array.of(g)]);
        expectWithin(p, [gives[i]!], () => 1e-14, `step ${i + 1}`);
      });
    },
  );

  test('an epsilon that is not 0 is not lost where it is folded, in either type', () => {
    // 1 - beta2 = 2^-53, so that its root takes the least numbers below zero's neighbour.
    const betas = [0.9, 1 - 2 ** -53] as const;
    for (const Class of [
      everyOptimizer.find(({ name }) => name === 'Adam')!,
      { make: (p: never, o: never) => new NAdam(p, o) },
    ]) {
      for (const [make, eps] of [
        [(x: number) => Float32Array.of(x), 2 ** -149],
        [(x: number) => Float64Array.of(x), Number.MIN_VALUE],
      ] as const) {
        const [p, q] = [make(1), make(1)];
        const optimizer = Class.make([p] as never, { eps, betas, backend } as never);
        const none = Class.make([q] as never, { eps: 0, betas, backend } as never);
        step(optimizer as never, [make(0)]);
        step(none as never, [make(0)]);
        expect([p[0], q[0]]).toEqual([1, Number.NaN]);
      }
    }
  });
});
