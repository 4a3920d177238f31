// What looks odd, and is taken all the same: the other side of the catalogue, so that nothing is refused that is good.
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as lanestep from '../../src/index.js';
import { Adam, Nesterov, OptionError, SGD } from '../../src/index.js';
import { defaultsOf, optionsOf } from '../../src/rule.js';
import { nativeMissing } from '../backends.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import type { FloatArray } from '../walk.js';
import { f32, f64 } from './arrays.js';
import { bounds, everyOption } from './bounds.js';
import { type Wrong, yielding } from './case.js';
import { newGrads, newParams } from './scenes.js';
import { akin } from './states.js';
import { sharedTwice } from './twins.js';

const title = (backend: string) =>
  backend === 'native' && nativeMissing !== null ? `native (skipped: ${nativeMissing})` : backend;

for (const backend of ['native', 'wasm'] as const) {
  describe.skipIf(backend === 'native' && nativeMissing !== null)(title(backend), () => {
    const settings = { backend, lr: 0.1 };

    it('neighbours are no trespassers, in whatever order they come', () => {
      const w = f32(1, 2, 3, 4, 5, 6, 7, 8);
      const params = [w.subarray(4, 6), w.subarray(0, 2), w.subarray(2, 4), w.subarray(3, 3)];
      const optimizer = new SGD(params, { backend, lr: 1 });
      optimizer.step([w.subarray(6, 8), null, null, f32()]);
      expect([...w]).toEqual([1, 2, 3, 4, 5 - 7, 6 - 8, 7, 8]);
      // Nor is what has no bytes, when it comes first.
      new Adam([w.subarray(3, 3), w], settings).dispose();
    });

    it.runIf(backend === 'wasm')('WebAssembly cannot tell one memory in two SharedArrayBuffers', () => {
      // A gradient is read before its parameter is written; two parameters are updated one after the other.
      const [w, again] = sharedTwice();
      new SGD([w], { backend, lr: 0.5 }).step([again]);
      expect([...w]).toEqual([0.5, -1, 1.5, 0.25, 3.5]);
      new SGD([w, again], { backend, lr: 0.5 }).step([f32(1, 1, 1, 1, 1), f32(2, 2, 2, 2, 2)]);
      expect([...w]).toEqual([-1, -2.5, 0, -1.25, 2]);
    });

    it('asks no buffer who it is: that could run code, and lie', () => {
      const asked: string[] = [];
      for (const buffer of [new ArrayBuffer(20), new SharedArrayBuffer(20)]) {
        Object.setPrototypeOf(
          buffer,
          new Proxy(Object.getPrototypeOf(buffer), {
            get: (target, key) => yielding(Reflect.get(target, key, buffer), () => asked.push(String(key))),
            getPrototypeOf: target =>
              yielding(Reflect.getPrototypeOf(target), () => asked.push('getPrototypeOf')),
            has: (target, key) => yielding(Reflect.has(target, key), () => asked.push(String(key))),
          }),
        );
        const w = new Float32Array(buffer).fill(1);
        asked.length = 0;
        const optimizer = new SGD([f32(1, 1, 1, 1, 1), w], settings);
        optimizer.step([w.slice(), f32(1, 1, 1, 1, 1)]);
        const other = new SGD([f32(1, 1, 1, 1, 1)], settings);
        other.step([w]);
        expect(asked).toEqual([]);
      }
    });

    it('asks no array of a state who it is', () => {
      const [optimizer, twin] = [0, 1].map(() => new Adam({ w: f32(1, 2), b: f32(3) }, settings));
      const grads = { w: f32(1, -1), b: f32(2) };
      for (const one of [optimizer, twin]) one!.step(grads);
      const asked: PropertyKey[] = [];
      const state = optimizer!.stateDict();
      const values = state.state['b']!['exp_avg'] as Float32Array;
      Object.setPrototypeOf(
        values,
        new Proxy(Float32Array.prototype, {
          get: (_, key) => asked.push(key),
          getPrototypeOf: () => yielding(null, () => asked.push('getPrototypeOf')),
        }),
      );
      optimizer!.loadStateDict(state);
      expect(asked).toEqual([]);
      for (const one of [optimizer, twin]) one!.step(grads);
      expect(optimizer!.stateDict()).toEqual(twin!.stateDict());
    });

    it('believes no own property of an array', () => {
      const lying = <A extends FloatArray>(array: A): A =>
        Object.defineProperties(array, {
          length: { value: 1e9 },
          byteLength: { value: 4e9 },
          byteOffset: { value: 64 },
          buffer: { value: new ArrayBuffer(8) },
          [Symbol.toStringTag]: { value: 'Float64Array' },
        });
      const [p, q] = [f32(1, 2, 3), f32(1, 2, 3)];
      new SGD([lying(p)], settings).step([lying(f32(1, 1, 1))]);
      new SGD([q], settings).step([f32(1, 1, 1)]);
      expect([p[0], p[1], p[2]]).toEqual([...q]);
    });

    it('takes heirs of the two classes, and arrays of other realms', () => {
      class Weights extends Float32Array {
        override get length() {
          return 1e9;
        }
        override subarray(): never {
          throw new Error('subarray was called');
        }
        override set(): never {
          throw new Error('set was called');
        }
        static get [Symbol.species](): never {
          throw new Error('the species was asked for');
        }
      }
      const foreign = ({ w, b }: ReturnType<typeof newParams>): Wrong =>
        vm.runInNewContext(`({ w: new Float32Array([${w}]), b: new Float64Array([${b}]) })`);
      const params = newParams();
      const runs: [Wrong, Wrong][] = [
        [params, newGrads()],
        [foreign(newParams()), foreign(newGrads())],
        [
          { ...newParams(), w: new Weights(newParams().w) },
          { ...newGrads(), w: new Weights(newGrads().w) },
        ],
      ];
      const bits = ({ w, b }: Wrong) => [w, b].map(({ buffer }) => Buffer.from(buffer).toString('hex'));
      for (const [mine, grads] of runs) {
        const optimizer = new Adam(mine, settings);
        for (let i = 0; i < 3; i++) optimizer.step(grads);
        expect(bits(mine)).toEqual(bits(params));
      }
      expect(bits(params)).not.toEqual(bits(newParams()));
    });

    it('takes what is in the range of each option', () => {
      for (const { entry, key, of } of everyOption) {
        for (const value of of.good) {
          const optimizer = entry.make([f32(1)], { backend, [key]: value });
          step(optimizer, [f32(0.5)]);
          optimizer.dispose();
        }
      }
    });

    it('takes as eps, and as lr, what the type of the tensors can hold', () => {
      const tiny = { backend, eps: 1e-46 };
      for (const { tfjs, rule, make } of everyOptimizer.filter(
        // That of LARS and of PolyakSGD is added to a norm, and is 0 where none is given.
        ({ name, rule }) =>
          typeof defaultsOf(rule).eps === 'number' && !['LARS', 'PolyakSGD', 'AliG'].includes(name),
      )) {
        // TensorFlow.js takes none at all, and what is none in float32.
        if (tfjs) for (const eps of [0, 1e-46, 1e-310]) make([f32(1), f64(1)], { backend, eps }).dispose();
        if (tfjs) continue;
        make([f64(1)], tiny).dispose();
        make([{ params: [f64(1)], eps: 1e-46 }, { params: [f32(1)] }], { backend }).dispose();
        make([f32(1)], { backend, eps: 2 ** -149 }).dispose();
        make([f32(1), f64(1)], { backend, eps: 0 }).dispose();
        expect(defaultsOf(rule).eps).toBeGreaterThan(0);
      }
      new SGD([f64(1)], { backend, lr: 1e39 }).dispose();
      // All types of a group must take it, the first and the last.
      for (const mixed of [
        [f64(1), f32(1)],
        [f32(1), f64(1)],
      ] as FloatArray[][])
        expect(() => new SGD(mixed, { backend, lr: 1e39 })).toThrow(OptionError);
    });

    it('leaves an option that is undefined as it is', () => {
      const optimizer = new Adam(
        [{ params: [f32(1)], lr: undefined } as Wrong, { params: [f32(1)], lr: 0.5 }],
        { backend, lr: 0.25, weightDecay: undefined as Wrong },
      );
      const told = () => optimizer.groups.map(({ lr, weightDecay }) => [lr, weightDecay]);
      expect(told()).toEqual([
        [0.25, 0],
        [0.5, 0],
      ]);
      optimizer.set({ lr: undefined, weightDecay: 0.1 } as Wrong);
      expect(told()).toEqual([
        [0.25, 0.1],
        [0.5, 0.1],
      ]);
    });

    it('leaves no option of a group undefined', () => {
      const { groups } = new Adam([f32(1)], { backend });
      expect(() => {
        groups[0]!.lr = undefined as Wrong;
      }).toThrow(OptionError);
      expect(groups[0]!.lr).toBe(1e-3);
    });

    it('takes options of a class, and without a prototype', () => {
      class Config {
        readonly lr = 0.5;
      }
      for (const options of [new Config(), Object.assign(Object.create(null), { lr: 0.5 })]) {
        const optimizer = new Adam([f32(1)], options as Wrong);
        expect(optimizer.groups[0]!.lr).toBe(0.5);
      }
      expect(new Adam([f32(1)], Object.create(null)).groups[0]!.lr).toBe(1e-3);
    });

    it("takes the state of one that has all of the other's", () => {
      for (const pair of akin) {
        const [from, to] = pair
          .split(',')
          .map(name => everyOptimizer.find(each => each.name === name)!.make) as [
          (typeof everyOptimizer)[0]['make'],
          (typeof everyOptimizer)[0]['make'],
        ];
        const [source, target] = [from([f32(1, 2)], { backend }), to([f32(1, 2)], { backend })];
        step(source, [f32(1, -1)]);
        target.loadStateDict(source.stateDict());
        expect(target.stateDict().state, pair).toEqual(source.stateDict().state);
      }
    });

    it('can be looked at after dispose()', () => {
      const optimizer = new Adam(newParams(), settings);
      optimizer.step(newGrads());
      optimizer.dispose();
      optimizer.dispose();
      expect(optimizer.steps).toBe(1);
      expect(optimizer.groups[0]!.lr).toBe(0.1);
      expect(optimizer.backend().name).toBe(backend);
    });

    it('a closure that fails has seen the look-ahead point', () => {
      const { w } = newParams();
      const optimizer = new Nesterov({ w }, { ...settings, momentum: 0.5 });
      for (let t = 0; t < 2; t++) optimizer.step(() => ({ w: newGrads().w }));
      const before = w.slice();
      let seen: Float32Array | null = null;
      expect(() =>
        optimizer.step(() => {
          seen = w.slice();
          throw new RangeError('mine');
        }),
      ).toThrow(new RangeError('mine'));
      expect(seen).not.toEqual(before);
      expect(w).toEqual(before);
    });
  });
}

it('has looked at every option of every optimizer, and at nothing that is no option any more', () => {
  const named = (of: boolean) =>
    everyOptimizer
      .filter(({ tfjs }) => tfjs === of)
      .map(({ name }) => name)
      .sort();
  expect(named(true)).toEqual(
    ['Adadelta', 'Adagrad', 'Adam', 'Adamax', 'Momentum', 'RMSprop', 'SGD'].map(name => `Tfjs${name}`),
  );
  expect(named(false)).toEqual(
    Object.entries(lanestep)
      .filter(
        ([, value]) =>
          typeof value === 'function' &&
          ['step', 'set', 'loadStateDict'].every(method => method in (value.prototype ?? {})),
      )
      .map(([name]) => name)
      // They go over another of them, or take another closure.
      .filter(name => !['ASAM', 'LBFGS', 'Lookahead', 'Mechanic', 'SAM'].includes(name))
      .sort(),
  );
  for (const { rule } of everyOptimizer)
    expect(Object.keys(optionsOf(rule)).sort()).toEqual(Object.keys(defaultsOf(rule)).sort());
  const kinds = new Set(everyOption.map(({ of }) => of.kind).filter(kind => kind !== null));
  // `decay` is that of MovingAverage.
  expect([...kinds].sort()).toEqual(
    Object.keys(bounds)
      .filter(key => key !== 'decay')
      .sort(),
  );
});

it.skipIf(nativeMissing !== null)('takes as many threads as are in range', () => {
  const before = lanestep.backend('native').threads;
  for (const threads of [1, 3, 256]) {
    lanestep.setThreads(threads);
    expect(lanestep.backend('native').threads).toBe(threads);
  }
  lanestep.setThreads(before);
});
