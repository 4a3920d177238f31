import { describe, expect, test } from 'vitest';
import {
  Adafactor,
  Adagrad,
  Adam,
  AdamW,
  ASAM,
  type FloatArray,
  LAMB,
  Lookahead,
  MoMo,
  Nesterov,
  OptionError,
  RMSprop,
  SAM,
  SGD,
  SM3,
} from '../../src/index.js';
import { everyOptimizer } from '../every-optimizer.js';
import { goesOn } from './goes-on.js';
import {
  camelCase,
  expectNear,
  followsGolden,
  type Hypers,
  onEachBackend,
  type TrainerClass,
  waves,
} from './trajectory.js';

// The files have the base and its options within those of Lookahead.
class Golden extends Lookahead<FloatArray[], typeof SGD> {
  constructor(params: FloatArray[], { inner, innerHyper, ...options }: Hypers) {
    const Base = (inner === 'SGD' ? SGD : Adam) as typeof SGD;
    super(params, Base, { ...options, ...camelCase(innerHyper as Hypers) });
  }
}

followsGolden('lookahead', Golden as unknown as TrainerClass);
followsGolden('lookahead-pullback', Golden as unknown as TrainerClass, { ours: ['slow_momentum'] });

onEachBackend(backend => {
  const one = (x: number) => [Float64Array.of(x)];

  describe('by hand', () => {
    // 8 - 1 - 1 = 6, of which a fourth comes back: 3/4 · 6 + 1/4 · 8 = 6.5; then 5.5, 4.5, and 3/4 · 4.5 + 1/4 · 6.5 = 5
    test('the slow weights follow after every k-th step, and the parameters are there', () => {
      const p = Float64Array.of(8);
      const optimizer = new Lookahead([p], SGD, { backend, k: 2, alpha: 0.75, lr: 1 });
      const seen = [1, 2, 3, 4].map(() => {
        optimizer.step(one(1));
        return [p[0], (optimizer.stateDict().state[0]!.slow_params as FloatArray)[0]];
      });
      expect(seen).toEqual([
        [7, 8],
        [6.5, 6.5],
        [5.5, 6.5],
        [5, 5],
      ]);
    });

    // m: 1, 1.5, so p = 10 - 1 - 1.5 = 7.5 -> 8.75; then m = 1/2 m' + 1
    test.each([
      ['none', 1.5, 1.75],
      ['reset', 0, 1],
      // 1/2 · 1.5 + 1/2 · 0
      ['pullback', 0.75, 1.375],
    ] as const)('pullbackMomentum %s', (pullbackMomentum, kept, next) => {
      const p = Float64Array.of(10);
      const options = { backend, k: 2, alpha: 0.5, pullbackMomentum, lr: 1, momentum: 0.5 };
      const optimizer = new Lookahead([p], SGD, options);
      const momentum = () => (optimizer.stateDict().state[0]!.momentum_buffer as FloatArray)[0];
      optimizer.step(one(1));
      expect(momentum()).toBe(1);
      optimizer.step(one(1));
      expect([p[0], momentum()]).toEqual([8.75, kept]);
      optimizer.step(one(1));
      expect([p[0], momentum()]).toEqual([8.75 - next, next]);
      expect('slow_momentum' in optimizer.stateDict().state[0]!).toBe(pullbackMomentum === 'pullback');
    });

    // m = 1/2 m + 1: 1, 1.5 -> 3/4 · 1.5 = 1.125; 1.5625, 1.78125 -> 3/4 · 1.78125 + 1/4 · 1.125
    test('what is pulled back, and what it is pulled towards, go on together', () => {
      const options = { backend, k: 2, alpha: 0.75, pullbackMomentum: 'pullback', momentum: 0.5 } as const;
      const optimizer = new Lookahead([Float64Array.of(1)], SGD, options);
      for (let t = 0; t < 4; t++) optimizer.step(one(1));
      const { momentum_buffer, slow_momentum } = optimizer.stateDict().state[0]!;
      expectNear(momentum_buffer as FloatArray, [1.6171875]);
      expect(slow_momentum).toEqual(momentum_buffer);
    });

    test('a momentum that is not finite is zero after a reset', () => {
      const options = { backend, k: 1, pullbackMomentum: 'reset', momentum: 0.5, lr: 0 } as const;
      const optimizer = new Lookahead([Float64Array.of(1)], SGD, options);
      optimizer.step(one(Number.POSITIVE_INFINITY));
      expect(optimizer.stateDict().state[0]!.momentum_buffer).toEqual(Float64Array.of(0));
    });
  });

  test('has the defaults of its authors', () => {
    const { numbers } = new Lookahead([Float64Array.of(1)], Adam, { backend });
    expect(numbers[0]).toMatchObject({ k: 5, alpha: 0.8, pullbackMomentum: 'none', lr: 1e-3 });
  });

  test('each tensor counts its own steps, each group has its own k, and scaled gradients are nothing to it', () => {
    const [a, b, c] = [Float64Array.of(4), Float64Array.of(4), Float64Array.of(4)];
    const groups = [{ params: [a, b] }, { params: [c], k: 3 }];
    const options = { backend, k: 2, alpha: 0.5, lr: 1, maximize: true, gradientScale: 2, clipNorm: 1e9 };
    const optimizer = new Lookahead(groups, SGD, options);
    const g = () => Float64Array.of(-0.5);
    optimizer.step([[g(), g()], [g()]]);
    optimizer.step([[g(), null], [g()]]);
    expect([a[0], b[0], c[0]]).toEqual([3, 3, 2]);
    optimizer.step([[null, g()], [g()]]);
    expect([a[0], b[0], c[0]]).toEqual([3, 3, 2.5]);
    optimizer.step([null, null]);
    expect(optimizer.steps).toBe(4);
    const grown = optimizer.addGroup({ params: [Float64Array.of(1)], k: 1 });
    grown.step([null, null, [g()]]);
    expect(grown.stateDict().state[3]!.slow_params).toEqual(Float64Array.of(0.5));
    expect(grown.stateDict().state[0]!.slow_params).toEqual(Float64Array.of(3));
  });

  test('a group whose base has no momentum has none to lose, beside one that has', () => {
    const [a, b] = [Float64Array.of(8), Float64Array.of(8)];
    const groups = [
      { params: [a], momentum: 0, pullbackMomentum: 'reset' as const },
      { params: [b], momentum: 0.5, pullbackMomentum: 'pullback' as const },
      { params: [Float64Array.of(8)], momentum: 0 },
    ];
    const optimizer = new Lookahead(groups, SGD, { backend, k: 1, alpha: 0.5, lr: 1 });
    for (let t = 0; t < 2; t++) optimizer.step([one(2), one(2), one(2)]);
    expect([a[0], b[0]]).toEqual([6, 6 - 0.25]);
    expect(Object.keys(optimizer.stateDict().state[0]!)).toEqual(['step', 'momentum_buffer', 'slow_params']);
    expect(Object.keys(optimizer.stateDict().state[2]!)).toEqual(['step', 'slow_params']);
  });

  test('the slow weights begin where the parameters are at their first gradient, also on their way', () => {
    const [p, from] = [Float64Array.of(1), Float64Array.of(5)];
    const optimizer = new Lookahead([p], Adagrad, { backend });
    p.set([2]);
    expect(optimizer.stateDict().state).toEqual({});
    optimizer.rebind([p], [from]);
    optimizer.step(one(1));
    expect(optimizer.stateDict().state[0]!.slow_params).toEqual(Float64Array.of(5));
    expect([p[0]! < 5, from[0]]).toEqual([true, 5]);
  });

  test.each([
    [SGD, { lr: 0.01, momentum: 0.9, pullbackMomentum: 'pullback' }],
    [AdamW, { pullbackMomentum: 'reset' }],
    [LAMB, {}],
    [SM3, { momentum: 0.5, shapes: [[3, 4], [5]] }],
  ] as const)('over %o: the same bits at once, awaited, and from a checkpoint', async (Base, options) => {
    const construct = (params: FloatArray[]) =>
      new Lookahead(params, Base as unknown as typeof SGD, { backend, k: 3, ...options } as never);
    await goesOn([12, 5], construct);
  });

  const bases = everyOptimizer.filter(({ tfjs, rule }) => !tfjs && !rule.closure && rule.slots.length < 6);
  // alpha 1 is the base alone, whatever it is.
  test.each(bases)('over $name, with alpha 1: its numbers', ({ make, name, rule }) => {
    const start = [waves(50, 12), waves(51, 4)];
    const [alone, over] = [start.map(x => x.slice()), start.map(x => x.slice())];
    const shapes = [[3, 4], [4]];
    const base = make(alone, { backend, shapes });
    const alpha = 'alpha' in rule.options ? 'lookaheadAlpha' : 'alpha';
    const Base = Object.getPrototypeOf(base).constructor;
    const optimizer = new Lookahead(over, Base as typeof SGD, { backend, shapes, k: 2, [alpha]: 1 } as never);
    for (let t = 1; t <= 5; t++) {
      const grads = [waves(t, 12), waves(t + 20, 4)];
      const told = rule.byHessian ? { hessian: grads } : { loss: 1 };
      base.step(grads, told as never);
      optimizer.step(grads, told as never);
    }
    for (const [i, array] of over.entries()) expectNear(array, [...alone[i]!], [], `${name}, params[${i}]`);
    expect(optimizer.toJSON().class).toBe(`Lookahead(${rule.label})`);
  });

  test('a base with an alpha keeps it; one that goes by the loss is told it', () => {
    const over = new Lookahead([Float64Array.of(1)], RMSprop, { backend, alpha: 0.9, lookaheadAlpha: 0.25 });
    expect(over.numbers[0]).toMatchObject({ alpha: 0.9, lookaheadAlpha: 0.25 });
    const momo = new Lookahead([Float64Array.of(1)], MoMo, { backend });
    expect(() => momo.step(one(1))).toThrow(OptionError);
    momo.step(one(1), { loss: 2 });
    expect(momo.stateDict().model).toBeDefined();
  });

  test.each([
    [Adafactor, 'at most 5 kinds of state for Lookahead, got Adafactor'],
    [Nesterov, 'got Nesterov'],
    [SAM, 'got SAM'],
    [ASAM, 'got ASAM'],
    [Lookahead, 'got Lookahead'],
    [Object, 'second argument of Lookahead'],
    [null, 'got null'],
  ])('refuses %s for a base', (Base, says) => {
    const construct = () => new Lookahead([Float32Array.of(1)], Base as unknown as typeof SGD, { backend });
    expect(construct).toThrow(OptionError);
    expect(construct).toThrow(says);
  });

  test.each([
    [{ k: 0 }, 'a whole number >= 1 for k'],
    [{ k: 1.5 }, 'a whole number >= 1 for k'],
    [{ alpha: 1.5 }, 'a number in [0, 1] for alpha'],
    [{ pullbackMomentum: 'pull' }, 'pullbackMomentum'],
  ])('refuses %o', (options, says) => {
    expect(() => new Lookahead([Float32Array.of(1)], SGD, { backend, ...options } as never)).toThrow(says);
  });

  test('refuses to pull back what its kernels do not find, and to change it later', () => {
    const pull = { backend, pullbackMomentum: 'reset' as const };
    expect(() => new Lookahead([Float32Array.of(1)], RMSprop, pull)).toThrow("'none' over RMSprop");
    const optimizer = new Lookahead([Float32Array.of(1)], SGD, { backend, momentum: 0.9 });
    expect(() => optimizer.set({ pullbackMomentum: 'reset' })).toThrow(OptionError);
    optimizer.set({ k: 1, alpha: 0 });
    optimizer.step([Float32Array.of(1)]);
    expect(optimizer.stateDict().state[0]!.slow_params).toEqual(Float32Array.of(1));
  });
});
