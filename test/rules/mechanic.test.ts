import { describe, expect, test } from 'vitest';
import {
  Adam,
  AdamW,
  ASAM,
  CAME,
  type FloatArray,
  LAMB,
  LBFGS,
  Lookahead,
  Mechanic,
  MoMo,
  Nesterov,
  OptionError,
  RMSprop,
  SAM,
  SGD,
  SM3,
  StateError,
} from '../../src/index.js';
import { insideOf } from '../../src/inside.js';
import { everyOptimizer } from '../every-optimizer.js';
import { loss } from '../random/twin.js';
import { goesOn } from './goes-on.js';
import { expectWithin, onEachBackend, waves } from './trajectory.js';

const betas: readonly number[] = [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];
const defaults = { sInit: 1e-8, sDecay: 0.01, betas, eps: 1e-8, storeDelta: false };

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** The authors' `_step` (mechanic-pytorch, version of October 2023), in their order, over doubles. */
class Authors {
  readonly s: number[];
  readonly v: number[];
  readonly r: number[];
  readonly m: number[];
  readonly ref: Float64Array[] = [];
  readonly delta: Float64Array[] = [];

  readonly params: readonly Float64Array[];
  readonly o: typeof defaults;
  readonly baseStep: (grads: readonly (FloatArray | null)[]) => void;

  constructor(
    params: readonly Float64Array[],
    o: typeof defaults,
    baseStep: (grads: readonly (FloatArray | null)[]) => void,
  ) {
    [this.params, this.o, this.baseStep] = [params, o, baseStep];
    [this.s, this.v, this.r] = [o.betas.map(() => 0), o.betas.map(() => 0), o.betas.map(() => 0)];
    this.m = o.betas.map(() => 1e-6);
  }

  get sum(): number {
    return this.s.reduce((a, b) => a + b, 0);
  }

  step(grads: readonly (FloatArray | null)[]): void {
    const { params, o, s, v, r, m } = this;
    const before = params.map(p => p.slice());
    this.baseStep(grads);
    if (this.ref.length === 0) {
      for (const p of before) {
        this.ref.push(p.slice());
        this.delta.push(new Float64Array(p.length));
      }
    }
    const updates: Float64Array[] = [];
    let [globalNorm, gradNorm] = [0, 0];
    params.forEach((p, k) => {
      const g = grads[k]!;
      if (g === null) return;
      if (!o.storeDelta)
        this.delta[k] = before[k]!.map((x, i) => (x - this.ref[k]![i]!) / (this.sum + o.eps));
      updates[k] = p.map((x, i) => x - before[k]![i]!);
      globalNorm += dot(p, p);
      gradNorm += dot(g, g);
    });
    [globalNorm, gradNorm] = [Math.sqrt(globalNorm), Math.sqrt(gradNorm)];
    let h = 0;
    params.forEach((p, k) => {
      const g = grads[k]!;
      if (g === null) return;
      const decay = p.map(x => (o.sDecay * x * this.sum * gradNorm) / (globalNorm + o.eps));
      h += dot(
        this.delta[k]!,
        decay.map((x, i) => g[i]! + x),
      );
      this.delta[k] = this.delta[k]!.map((x, i) => x + updates[k]![i]!);
    });
    o.betas.forEach((beta, i) => {
      m[i] = Math.max(beta * m[i]!, Math.abs(h));
      v[i] = v[i]! * beta ** 2 + h ** 2;
      r[i] = Math.max(r[i]! * beta - s[i]! * h, 0);
      const wealth = (m[i]! * o.sInit) / o.betas.length + r[i]!;
      s[i] = wealth / (Math.sqrt(v[i]!) + o.eps);
    });
    const scale = Math.max(this.sum, 0);
    params.forEach((p, k) => {
      if (grads[k] !== null) p.set(this.delta[k]!.map((x, i) => this.ref[k]![i]! + x * scale));
    });
  }
}

/** Two tensors, and the gradients of a bowl whose least point is elsewhere. */
const start = () => [Float64Array.from(waves(50, 12)), Float64Array.from(waves(51, 4))];
const shapes = [[3, 4], [4]];
const bowl = (params: readonly Float64Array[]) =>
  params.map((p, k) => p.map((x, i) => (1 + i) * (x - 3 * Math.cos(i + k)) + 0.3 * Math.sin(7 * i + x)));

onEachBackend(backend => {
  type Base = typeof SGD;
  const cases = [
    [SGD, { lr: 1, momentum: 0.9 }, {}],
    [SGD, { lr: 0.1, weightDecay: 0.1 }, { sInit: 1e-3, sDecay: 0.5, betas: [0.5, 1], eps: 1e-4 }],
    [AdamW, { lr: 1, weightDecay: 0.1 }, { sInit: 1e-2, storeDelta: true }],
    [Adam, { lr: 1 }, { sInit: 1e-4, sDecay: 0 }],
    [RMSprop, { lr: 1 }, { sInit: 1e-2, betas: [0.3], storeDelta: true }],
    [LAMB, { lr: 1 }, { sInit: 1e-3 }],
    [SM3, { lr: 1, momentum: 0.5 }, { sInit: 1e-2 }],
  ] as const;

  /** Over the same base twice: ours, and the authors' loop around it. */
  function pair(Base: unknown, options: object, own: Partial<typeof defaults>, params = start()) {
    const [ours, theirs] = [params, params.map(p => p.slice())];
    const base = new (Base as Base)(theirs, { ...options, backend, shapes } as never);
    const authors = new Authors(theirs, { ...defaults, ...own }, grads => base.step(grads as never));
    const taken = Object.keys(base.numbers[0]!);
    const named = Object.entries(own).map(([key, value]) => [
      taken.includes(key) ? `mechanic${key[0]!.toUpperCase()}${key.slice(1)}` : key,
      value,
    ]);
    const all = { ...options, ...Object.fromEntries(named), backend, shapes };
    return { ours, authors, optimizer: new Mechanic(ours, Base as Base, all as never) };
  }

  const expectSame = ({ ours, authors, optimizer }: ReturnType<typeof pair>, t: number, tolerance = 1e-7) => {
    const bound = (x: number) => tolerance * Math.max(Math.abs(x), 1e-3);
    ours.forEach((p, k) => {
      expectWithin(p, authors.params[k]!, bound, `step ${t}, params[${k}]`);
    });
    expect(optimizer.s / authors.sum, `step ${t}, s`).toBeCloseTo(1, 5);
  };

  describe("the authors' loop", () => {
    test.each(cases)('over %o %o, with %o', (Base, options, own) => {
      const both = pair(Base, options, own);
      const [first] = both.ours.map(p => p.slice());
      for (let t = 1; t <= 40; t++) {
        both.optimizer.step(bowl(both.ours));
        both.authors.step(bowl(both.authors.params as Float64Array[]));
        expectSame(both, t);
        // What rounds otherwise is not left to grow: where nothing has moved yet the quotient has few digits.
        both.ours.forEach((p, k) => {
          p.set(both.authors.params[k]!);
        });
      }
      // It has come somewhere.
      expect(Math.max(...both.ours[0]!.map((x, i) => Math.abs(x - first![i]!)))).toBeGreaterThan(0.1);
      const { model, state } = both.optimizer.stateDict();
      both.authors.s.forEach((s, i) => {
        expect(model![`s_${i + 1}`]! / s).toBeCloseTo(1, 5);
        expect(model![`sum_squared_products_${i + 1}`]! / both.authors.v[i]!).toBeCloseTo(1, 5);
        expect(model![`reward_${i + 1}`]).toBeCloseTo(both.authors.r[i]!, 5);
        expect(model![`max_product_${i + 1}`]! / both.authors.m[i]!).toBeCloseTo(1, 5);
      });
      expect(state[0]!.ref).toEqual(first);
      expect('delta' in state[0]!).toBe('storeDelta' in own);
    });

    test('with gradients as the options of the step make them, and tensors that have none', () => {
      const both = pair(SGD, { lr: 1 }, { sInit: 1e-2, storeDelta: true });
      const scaled = { maximize: true, gradientScale: 0.5, clipNorm: 6 };
      both.optimizer.set(scaled);
      for (let t = 1; t <= 12; t++) {
        const given = bowl(both.ours).map((g, k) => (t % 3 === 0 && k === 0 ? null : g));
        const scaledBy = given.map(g => g?.map(x => -0.5 * x) ?? null);
        const norm = Math.sqrt(scaledBy.reduce((sum, g) => sum + (g ? dot(g, g) : 0), 0));
        const factor = Math.min(1, 6 / (norm + 1e-6));
        both.optimizer.step(given);
        both.authors.step(scaledBy.map(g => g?.map(x => x * factor) ?? null));
        expectSame(both, t);
      }
    });
  });

  // s[1] is 1e-6 sInit / eps = 1, so p = 4 - 2; then Δ = -2, h = 2 (-2) = -4, so m = 4, v = 16, r = 4, s = (4 · 1 + 4) / (4 + 1e-6).
  test('by hand', () => {
    const p = Float64Array.of(4);
    const optimizer = new Mechanic([p], SGD, {
      backend,
      lr: 1,
      betas: [1],
      sInit: 1,
      sDecay: 0,
      eps: 1e-6,
      storeDelta: true,
    });
    expect(optimizer.s).toBe(0);
    optimizer.step([Float64Array.of(2)]);
    expect([p[0], optimizer.s]).toEqual([2, 1]);
    optimizer.step([Float64Array.of(2)]);
    expect(optimizer.s).toBeCloseTo(2, 6);
    expect(p[0]).toBeCloseTo(4 - 4 * 2, 5);
    expect(optimizer.stateDict().state[0]).toMatchObject({
      ref: Float64Array.of(4),
      delta: Float64Array.of(-4),
    });
  });

  // With a thousand times the rate it takes steps as before, or twice as many.
  test.each([
    ['beale', 1, 1177],
    ['beale', 1e-2, 1488],
    ['beale', 10, 1140],
    ['an ill-conditioned bowl', 1, 99],
    ['an ill-conditioned bowl', 1e-2, 144],
    ['an ill-conditioned bowl', 10, 227],
  ] as const)('over Adam it finds the least point of %s with lr %d, in %i steps', (name, lr, recorded) => {
    const [p, g] = [Float64Array.of(1, 1), new Float64Array(2)];
    const optimizer = new Mechanic([p], Adam, { backend, lr });
    const value = (): number => {
      const [x, y] = p as unknown as readonly [number, number];
      if (name !== 'beale') {
        g.set([x, 1000 * y]);
        return (x * x + 1000 * y * y) / 2;
      }
      const [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y ** 2, 2.625 - x + x * y ** 3];
      g[0] = 2 * (a * (y - 1) + b * (y ** 2 - 1) + c * (y ** 3 - 1));
      g[1] = 2 * (a * x + b * 2 * x * y + c * 3 * x * y ** 2);
      return a ** 2 + b ** 2 + c ** 2;
    };
    let steps = 0;
    for (; value() >= 1e-6 && steps < 5000; steps++) optimizer.step([g]);
    expect(steps).toBeGreaterThan(recorded * 0.9);
    expect(steps).toBeLessThan(recorded * 1.1);
  });

  test('begins where parameters are on their way from, and leaves them to where they go', () => {
    const [p, from] = [Float64Array.of(1), Float64Array.of(5)];
    const there = Float64Array.of(5);
    const options = { backend, lr: 1, sInit: 1e-2 };
    const [moved, twin] = [new Mechanic([p], SGD, options), new Mechanic([there], SGD, options)];
    moved.rebind([p], [from]);
    moved.step([Float64Array.of(1)]);
    twin.step([Float64Array.of(1)]);
    expect([p[0], from[0]]).toEqual([there[0], 5]);
    moved.rebind([from], [p]);
    moved.step([Float64Array.of(2)]);
    twin.step([Float64Array.of(2)]);
    expect([from[0], moved.stateDict()]).toEqual([there[0], twin.stateDict()]);
    expect(p[0]).not.toBe(there[0]);
  });

  test('has the defaults of its authors, under its own name where the base has that one', () => {
    const over = new Mechanic([Float64Array.of(1)], Adam, { backend, mechanicEps: 1e-7 });
    const { sInit, sDecay, storeDelta } = defaults;
    const others = { eps: 1e-8, lr: 1e-3, mechanicEps: 1e-7, mechanicBetas: betas };
    expect(over.numbers[0]).toMatchObject({ sInit, sDecay, storeDelta, ...others });
    expect(over.toJSON().class).toBe('Mechanic(Adam)');
    expect(new Mechanic([Float64Array.of(1)], SGD, { backend }).numbers[0]).toMatchObject(defaults);
  });

  test('stored updates add up where a parameter is too large to move by them', () => {
    const moved = [false, true].map(storeDelta => {
      const p = Float32Array.of(1e6);
      const optimizer = new Mechanic([p], SGD, { backend, lr: 1, storeDelta });
      for (let t = 0; t < 60; t++) optimizer.step([Float32Array.of(1)]);
      return 1e6 - p[0]!;
    });
    expect(moved[0]).toBe(0);
    expect(moved[1]).toBeGreaterThan(1);
  });

  test('groups share one scale, and each stores its sum or not', () => {
    const [a, b, c] = [Float64Array.of(1), Float64Array.of(1), Float64Array.of(1)];
    const own = { lr: 1, sInit: 1e-3, sDecay: 0.5, backend };
    const groups = [{ params: [a] }, { params: [b], storeDelta: true, sInit: 7 }];
    const [one, two] = [new Mechanic(groups, SGD, own), new Mechanic([c, Float64Array.of(1)], SGD, own)];
    for (let t = 1; t <= 6; t++) {
      one.step([[a.slice()], [b.slice()]]);
      two.step([c.slice(), c.slice()]);
    }
    expect(a[0]).toBeCloseTo(c[0]!, 6);
    expect(b[0]).toBeCloseTo(c[0]!, 6);
    expect(one.s / two.s).toBeCloseTo(1, 6);
    expect(a[0]).toBeLessThan(0.99);
  });

  test('a step without any gradient, and one that is skipped, change no number', () => {
    const p = Float64Array.of(1);
    const options = { backend, lr: 1, sInit: 1e-3, nonFinite: 'skip' } as const;
    const optimizer = new Mechanic([{ params: [p] }], SGD, options);
    for (let t = 0; t < 3; t++) optimizer.step([[p.slice()]]);
    const { model, state } = optimizer.stateDict();
    const at = p[0];
    for (const g of [null, Float64Array.of(Number.NaN)]) {
      optimizer.step([[g]]);
      expect(optimizer.stateDict()).toMatchObject({ model, state });
      expect(p[0]).toBe(at);
    }
    const late = optimizer.addGroup({ params: [Float64Array.of(5)] });
    late.step([[p.slice()], [Float64Array.of(1)]] as never);
    expect(late.stateDict().state[1]!.ref).toEqual(Float64Array.of(5));
  });

  test.each([2, 3, 4])('the parameters come back where pass %i is lost', last => {
    const p = Float64Array.of(1, -2);
    const optimizer = new Mechanic([p], SGD, { backend, lr: 1, sInit: 0.1 });
    const twin = p.slice();
    const other = new Mechanic([twin], SGD, { backend, lr: 1, sInit: 0.1 });
    for (const [one, x] of [
      [optimizer, p],
      [other, twin],
    ] as const)
      one.step([x.slice()]);
    const { kernel } = insideOf(optimizer).phases as unknown as {
      readonly kernel: { run(): void };
    };
    const run = kernel.run.bind(kernel);
    const before = [p.slice(), optimizer.stateDict()];
    let passes = 0;
    kernel.run = () => {
      if (++passes === last) throw new Error('lost');
      run();
    };
    expect(() => optimizer.step([p.slice()])).toThrow('lost');
    expect([p, optimizer.stateDict()]).toEqual(before);
    kernel.run = run;
    optimizer.step([p.slice()]);
    other.step([twin.slice()]);
    expect(p).toEqual(twin);
  });

  test.each([
    [SGD, { lr: 1, momentum: 0.9 }],
    [AdamW, { lr: 1, storeDelta: true }],
    [SM3, { lr: 1, momentum: 0.5, shapes }],
  ] as const)('over %o: the same bits at once, awaited, and from a checkpoint', async (Base, options) => {
    const construct = (of: FloatArray[]) =>
      new Mechanic(of, Base as unknown as Base, { backend, sInit: 0.1, ...options } as never);
    await goesOn([12, 4], construct, (copy, one) => expect(copy.s).toBe(one.s));
  });

  const bases = everyOptimizer.filter(({ tfjs, rule }) => !tfjs && !rule.closure);
  const tooMany = bases.filter(({ rule }) => !rule.ownWay && rule.slots.length > 4);
  const classOf = (make: (typeof bases)[number]['make']) =>
    Object.getPrototypeOf(make([new Float32Array(1)], { backend: 'wasm' })).constructor as Base;

  test.each(bases.filter(base => !base.rule.ownWay && !tooMany.includes(base)))(
    "over $name: the authors'",
    entry => {
      const { make, rule } = entry;
      const [ours, theirs] = [start(), start()];
      const base = make(theirs, { backend, shapes });
      const told = (grads: unknown) => (rule.byHessian ? { hessian: grads } : { loss });
      const authors = new Authors(theirs, { ...defaults, sInit: 1e-2 }, grads => base.step(grads as never));
      const options = { backend, shapes, sInit: 1e-2 } as never;
      const optimizer = new Mechanic(ours, classOf(make), options);
      for (let t = 1; t <= 4; t++) {
        const grads = bowl(ours);
        optimizer.step(grads, told(grads) as never);
        authors.step(grads);
        expectSame({ ours, authors, optimizer }, t, 1e-6);
      }
      expect(optimizer.toJSON().class).toBe(`Mechanic(${rule.label})`);
    },
  );

  test('over one that goes by the loss: it is told it, and its numbers stand beside ours', () => {
    const momo = new Mechanic([Float64Array.of(1)], MoMo, { backend });
    expect(() => momo.step([Float64Array.of(1)])).toThrow(OptionError);
    momo.step([Float64Array.of(1)], { loss: 2 });
    expect(momo.stateDict().model).toMatchObject({ lb: 0, s_6: expect.any(Number) });
    expect(momo.stateDict().model!['barf']).not.toBe(0);
  });

  const refused: readonly (readonly [unknown, string])[] = [
    ...bases
      .filter(({ rule }) => rule.ownWay)
      .map(({ name, make }) => [classOf(make), `got ${name}`] as const),
    ...tooMany.map(
      ({ name, make }) => [classOf(make), `at most 4 kinds of state for Mechanic, got ${name}`] as const,
    ),
    [CAME, 'which has 6'],
    [Nesterov, 'got Nesterov'],
    [LBFGS, 'got LBFGS'],
    [SAM, 'got SAM'],
    [ASAM, 'got ASAM'],
    [Lookahead, 'got Lookahead'],
    [Mechanic, 'got Mechanic'],
    [null, 'second argument of Mechanic'],
  ];
  test.each(refused)('refuses %o for a base: %s', (Base, says) => {
    const construct = () => new Mechanic([Float32Array.of(1)], Base as unknown as Base, { backend });
    expect(construct).toThrow(OptionError);
    expect(construct).toThrow(says);
  });

  test('is no base itself, and what finds its own way is none', () => {
    for (const Wrapper of [SAM, ASAM, Lookahead])
      expect(() => new Wrapper([Float32Array.of(1)], Mechanic as never, { backend } as never)).toThrow(
        'got Mechanic',
      );
    const own = bases.filter(({ rule }) => rule.ownWay).map(({ name }) => name);
    expect(own.sort()).toEqual([
      'ASGD',
      'COCOB',
      'DAdaptAdam',
      'DAdaptSGD',
      'DoG',
      'DoWG',
      'Ftrl',
      'LDoG',
      'MADGRAD',
      'Prodigy',
      'ScheduleFreeAdamW',
      'ScheduleFreeRAdam',
      'ScheduleFreeSGD',
    ]);
  });

  test.each([
    [{ sInit: 0 }, 'a finite number > 0 for sInit'],
    [{ sDecay: -1 }, 'a finite number >= 0 for sDecay'],
    [{ eps: 0 }, 'a finite number > 0 for eps'],
    [{ betas: [] }, 'an array of 1 to 16 for betas'],
    [{ betas: [0.5, 1.5] }, 'a number in [0, 1] for betas[1]'],
    [{ storeDelta: 1 }, 'true or false for storeDelta'],
  ])('refuses %o', (options, says) => {
    const construct = () => new Mechanic([Float32Array.of(1)], SGD, { backend, ...options } as never);
    expect(construct).toThrow(OptionError);
    expect(construct).toThrow(says);
  });

  test('refuses to store what has no place, and another number of betas, later or in a state', () => {
    const fourSlots = bases.find(({ rule }) => !rule.ownWay && rule.slots.length === 4)!;
    const stored = { backend, storeDelta: true } as never;
    expect(() => new Mechanic([Float32Array.of(1)], classOf(fourSlots.make), stored)).toThrow(
      `storeDelta false over ${fourSlots.name}, which has 4 kinds of state`,
    );
    const made = (count: number) => {
      const optimizer = new Mechanic([Float32Array.of(1)], SGD, { backend, betas: betas.slice(0, count) });
      optimizer.step([Float32Array.of(1)]);
      return optimizer;
    };
    const [two, three] = [made(2), made(3)];
    expect(() => two.set({ betas: [0.5] })).toThrow(OptionError);
    expect(() => two.set({ storeDelta: true })).toThrow(OptionError);
    two.set({ betas: [0.5, t => 1 - 1 / (t + 1)] });
    const before = two.stateDict();
    expect(() => two.loadStateDict(three.stateDict())).toThrow(StateError);
    expect(two.stateDict()).toEqual(before);
  });
});
