// Nothing that the package hands out, or is given, is a door to its state: everything that can be reached from outside is written
// to, and what comes later has the bits of a twin that nobody touched.
import { expect, it } from 'vitest';
import * as lanestep from '../src/index.js';
import { dtypeOf } from '../src/memory.js';
import { wrap } from '../src/tfjs/wrap.js';
import type { Wrong } from './bad-input/case.js';
import { everyOptimizer, step } from './every-optimizer.js';

const f32 = (...values: number[]) => Float32Array.from(values);

/** Everything that can be reached from a value by properties, its own and those of its classes, but not `kept` nor what is of the language. */
function reachable(from: unknown, kept: readonly unknown[], depth = 6): Set<object> {
  const found = new Set<object>();
  const walk = (value: unknown, left: number): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (found.has(value) || kept.includes(value) || left === 0) return;
    found.add(value);
    if (dtypeOf(value) !== null || ArrayBuffer.isView(value)) return;
    for (let at: object = value; at !== null && !isBuiltIn(at); at = Object.getPrototypeOf(at)) {
      for (const key of Reflect.ownKeys(at)) {
        if (key === 'constructor' || key === 'prototype') continue;
        let inner: unknown;
        try {
          inner = (value as Wrong)[key];
        } catch {
          continue;
        }
        if (typeof inner !== 'function') walk(inner, left - 1);
      }
    }
  };
  walk(from, depth);
  return found;
}

const isBuiltIn = (prototype: object): boolean =>
  [Object, Array, Function, Promise, Error].some(({ prototype: of }) => of === prototype);

/** Writes something else to every property of an object that holds data: a group's accessors are there to be written to. */
function spoil(target: object): void {
  if (ArrayBuffer.isView(target)) {
    (target as Float32Array).fill?.(77 as never);
    return;
  }
  for (const key of Reflect.ownKeys(target)) {
    const { get, value } = Object.getOwnPropertyDescriptor(target, key) ?? {};
    if (get || typeof value === 'function' || (Array.isArray(target) && key === 'length')) continue;
    for (const act of [
      () => Reflect.set(target, key, typeof value === 'number' ? value + 0.375 : 'spoilt'),
      () => Reflect.deleteProperty(target, key),
    ])
      act();
  }
  if (Array.isArray(target) && Object.isExtensible(target)) target.push('spoilt');
}

const spoilAll = (from: unknown, kept: readonly unknown[]): number => {
  const found = reachable(from, kept);
  for (const one of found) spoil(one);
  return found.size;
};

it.each(everyOptimizer)('$name', ({ make }) => {
  const pair = (spoilt: boolean) => {
    const params = { w: f32(1, -2, 3), b: f32(0.5) };
    const grads = () => [{ w: f32(0.5, 0.25, -1) }, [f32(2)]];
    const groups = [{ params: { w: params.w }, lr: 0.01, shapes: { w: [3, 1] } }, { params: [params.b] }];
    const options: Wrong = { backend: 'wasm', gradientScale: (t: number) => 1 / t, shapes: [null, [[1, 1]]] };
    const optimizer: Wrong = make(groups, options);
    const first = grads();
    step(optimizer, first);
    if (spoilt) {
      const kept = [params.w, params.b];
      // What was given, and what is got by properties and by calls.
      const things = [
        groups,
        options,
        first,
        optimizer,
        optimizer.stateDict(),
        optimizer.backend(),
        optimizer.toJSON(),
        optimizer.serialize(),
      ];
      const count = things.reduce((sum, thing) => sum + spoilAll(thing, kept), 0);
      expect(count).toBeGreaterThan(15);
    }
    step(optimizer, grads());
    const later = make([f32(1, 2)], { backend: 'wasm' });
    step(later, [f32(3, 4)]);
    return [
      params,
      optimizer.stateDict(),
      optimizer.serialize(),
      `${optimizer}`,
      optimizer.numbers,
      optimizer.slots,
      later.stateDict(),
      later.numbers,
    ];
  };
  const untouched = pair(false);
  expect(pair(true)).toEqual(untouched);
  expect(pair(false)).toEqual(untouched);
});

it('a wrapped optimizer', () => {
  const defaults = () => new lanestep.Adam([f32(1)], { backend: 'wasm' }).numbers[0]!.betas;
  const before = [...defaults()];
  const wrapped: Wrong = wrap(lanestep.Adam, { backend: 'wasm' });
  const config = wrapped.getConfig();
  spoilAll(config, []);
  expect([...defaults()]).toEqual(before);
  expect(wrapped.getConfig().betas).toEqual(before);
});

it('averages', () => {
  const run = (spoilt: boolean) => {
    const w = f32(1, 2);
    const options: Wrong = { decay: 0.5, backend: 'wasm' };
    const average: Wrong = new lanestep.MovingAverage({ w }, options);
    average.update();
    if (spoilt) {
      for (const thing of [options, average.stateDict(), average.backend(), average.toJSON(), average])
        spoilAll(thing, [w, average.values.w]);
    }
    w.set([3, 5]);
    average.update();
    return average.stateDict();
  };
  expect(run(true)).toEqual(run(false));
});

it('schedules, which copy what they are given', () => {
  const factories: Record<string, [make: (options: Wrong) => Wrong, options: () => object]> = {
    multiStep: [lanestep.multiStep, () => ({ lr: 1, milestones: [2, 4] })],
    chained: [lanestep.chained, () => ({ lr: 1, factors: [0.5, (t: number) => 1 / t] })],
    sequence: [lanestep.sequence, () => [{ schedule: 0.5, steps: 2 }, { schedule: 0.25 }]],
    cyclic: [
      lanestep.cyclic,
      () => ({ baseLr: 0.1, maxLr: 1, stepSizeUp: 2, mode: 'exp_range', gamma: 0.5 }),
    ],
    oneCycle: [lanestep.oneCycle, () => ({ maxLr: 1, totalSteps: 6 })],
    cosine: [lanestep.cosine, () => ({ lr: 1, tMax: 5 })],
    warmup: [lanestep.warmup, () => ({ steps: 2, schedule: 1 })],
  };
  for (const [name, [make, options]] of Object.entries(factories)) {
    const values = (spoilt: boolean) => {
      const given = options();
      const made = make(given);
      const { lr = made, momentum = made } = made;
      if (spoilt) spoilAll(given, []);
      return [1, 2, 3, 4, 5, 6].map(t => [lr(t), momentum(t)]);
    };
    expect(values(true), name).toEqual(values(false));
  }
  const plateau: Wrong = new lanestep.ReduceLROnPlateau({ lr: 1, patience: 0 });
  const { schedule } = plateau;
  for (const thing of [plateau, plateau.stateDict(), plateau.toJSON()]) spoilAll(thing, []);
  expect(() => {
    plateau.schedule = () => 7;
  }).toThrow(TypeError);
  plateau.step(1);
  plateau.step(2);
  expect([plateau.schedule === schedule, schedule(9)]).toEqual([true, 0.1]);
});

it('samplers, and the source of random numbers', () => {
  for (const make of [
    () => lanestep.batch({ size: 5 }),
    () => lanestep.miniBatch({ size: 5, batchSize: 2, seed: 3 }),
    () => lanestep.miniBatch({ size: 5, batchSize: 2, shuffle: false }),
    () => lanestep.stochastic({ size: 5, replacement: true }),
  ]) {
    const run = (spoilt: boolean) => {
      const sampler: Wrong = make();
      const batches: number[][] = [];
      for (let i = 0; i < 9; i++) {
        const batch = sampler.nextBatch();
        batches.push([...batch]);
        if (spoilt)
          for (const thing of [batch, sampler, sampler.stateDict(), sampler.toJSON()]) spoilAll(thing, []);
      }
      return batches;
    };
    expect(run(true)).toEqual(run(false));
  }
  const [random, twin] = [new lanestep.Random(1), new lanestep.Random(1)];
  for (const thing of [random, random.state]) spoilAll(thing, []);
  expect(random.next()).toBe(twin.next());
});

it('what says what runs', () => {
  const before = lanestep.backend('wasm');
  spoilAll(lanestep.backend('wasm'), []);
  expect(lanestep.backend('wasm')).toEqual(before);
});
