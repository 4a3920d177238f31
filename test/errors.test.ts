// What is refused: with which error, in which words, and that nothing has changed when it is. Every refusal is followed
// by a step, which must come out like that of a twin to whom nothing ever happened.
import { types } from 'node:util';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as lanestep from '../src/index.js';
import {
  Adam,
  AdamW,
  LanestepError,
  MovingAverage,
  Nesterov,
  OptionError,
  Rprop,
  SGD,
  ShapeError,
  StateError,
} from '../src/index.js';
import { average } from '../src/rules/average.js';
import type { Range } from '../src/rules/ranges.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, type Loose, step } from './every-optimizer.js';

type FloatArray = Float32Array | Float64Array;
// biome-ignore lint/suspicious/noExplicitAny: what is passed here is wrong on purpose
type Wrong = any;

const classes = { OptionError, ShapeError, StateError, BackendError: lanestep.BackendError } as const;
const classOf: Record<string, keyof typeof classes> = {
  OPTION: 'OptionError',
  SHAPE: 'ShapeError',
  NAME: 'ShapeError',
  DTYPE: 'ShapeError',
  LENGTH: 'ShapeError',
  DETACHED: 'ShapeError',
  RESIZABLE: 'ShapeError',
  ALIAS: 'ShapeError',
  STATE: 'StateError',
  BUSY: 'StateError',
  DISPOSED: 'StateError',
  BACKEND: 'BackendError',
};

/** Calls what must be refused, and looks at the error: class, name, code, and what its message must say. */
function refused(work: () => unknown, code: string, ...parts: readonly string[]): LanestepError {
  let error: unknown;
  try {
    work();
  } catch (caught) {
    error = caught;
  }
  const name = classOf[code]!;
  expect(error, `expected ${name} ${code}`).toBeInstanceOf(classes[name]);
  const refusal = error as LanestepError;
  expect(refusal).toBeInstanceOf(LanestepError);
  expect(refusal.name).toBe(name);
  expect(refusal.code).toBe(`ERR_LANESTEP_${code}`);
  for (const part of parts) expect(refusal.message).toContain(part);
  return refusal;
}

/** All bits of an array; nothing of one whose memory is gone. */
function bits(array: FloatArray): string {
  if (array.byteLength === 0) return '';
  return Array.from(array, value => Buffer.from(Float64Array.of(value).buffer).toString('hex')).join('');
}

/** All that can be told from outside: parameters, state, options and steps. */
function digest(optimizer: Loose | null, arrays: readonly FloatArray[]): string {
  const state = optimizer && {
    dict: optimizer.stateDict(),
    steps: optimizer.steps,
    groups: optimizer.groups.map(group => ({ ...group })),
  };
  const text = JSON.stringify(state, (_, value) => {
    if (ArrayBuffer.isView(value)) return bits(value as FloatArray);
    return typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : typeof value === 'function'
        ? 'function'
        : value;
  });
  return `${arrays.map(bits).join()} ${text}`;
}

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

const newParams = () => ({ w: f32(1, -2, 3, 0.5, 7), b: f64(0.1, 0.2, 0.3) });
const newGrads = () => ({ w: f32(0.3, -0.1, 2, 1e-3, 0), b: f64(1, -1, 0.5) });

/** A value, with something done on the way. */
function yielding<T>(value: T, act: () => unknown): T {
  act();
  return value;
}

/** Transfers an array's memory away. */
function detach(array: ArrayBufferView): void {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
}

interface Buffers {
  transfer?(): ArrayBuffer;
}

/** The ways in which memory is taken from under an array, each with an array that it will befall. */
const thefts: Record<string, () => { array: Float32Array; steal: () => void }> = {
  structuredClone: () => {
    const array = f32(1, 2, 3, 4, 5);
    return { array, steal: () => detach(array) };
  },
  'WebAssembly.Memory.grow': () => {
    const { WebAssembly } = globalThis as Wrong;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    return { array: new Float32Array(memory.buffer, 16, 5), steal: () => memory.grow(1) };
  },
  ...('transfer' in ArrayBuffer.prototype && {
    'ArrayBuffer.prototype.transfer': () => {
      const array = f32(1, 2, 3, 4, 5);
      return { array, steal: () => (array.buffer as Buffers).transfer!() };
    },
  }),
};

const resizable = (bytes: number, most: number): ArrayBuffer =>
  new (ArrayBuffer as Wrong)(bytes, { maxByteLength: most });
const growable = (bytes: number, most: number): SharedArrayBuffer =>
  new (SharedArrayBuffer as Wrong)(bytes, { maxByteLength: most });

/** What is no array of floats. */
const noArrays: Record<string, () => unknown> = {
  Int32Array: () => Int32Array.of(1, 2, 3, 4, 5),
  Uint8ClampedArray: () => new Uint8ClampedArray(5),
  BigInt64Array: () => new BigInt64Array(5),
  Buffer: () => Buffer.alloc(5),
  'a plain array': () => [1, 2, 3, 4, 5],
  DataView: () => new DataView(new ArrayBuffer(20)),
  ArrayBuffer: () => new ArrayBuffer(20),
  'a Proxy': () => new Proxy(f32(1, 2, 3, 4, 5), {}),
  'an heir': () => Object.create(f32(1, 2, 3, 4, 5)),
  'an impostor': () => ({ length: 5, buffer: new ArrayBuffer(20), [Symbol.toStringTag]: 'Float32Array' }),
  'a number': () => 5,
  zero: () => 0,
  false: () => false,
  'an empty text': () => '',
  'a string': () => 'weights',
  'a function': () => () => f32(1, 2, 3, 4, 5),
  ...('Float16Array' in globalThis && { Float16Array: () => new (globalThis as Wrong).Float16Array(5) }),
};

const backends = ['native', 'wasm'] as const;
const title = (backend: string) =>
  backend === 'native' && nativeMissing !== null ? `native (skipped: ${nativeMissing})` : backend;

for (const backend of backends) {
  describe.skipIf(backend === 'native' && nativeMissing !== null)(title(backend), () => {
    const settings = { backend, lr: 0.1 };

    describe('at construction', () => {
      function refusesParams(make: () => unknown, code: string, ...parts: string[]): void {
        const params = make() as Wrong;
        const arrays: FloatArray[] = [];
        const collect = (value: Wrong, depth = 0): void => {
          if (types.isFloat32Array(value) || types.isFloat64Array(value)) arrays.push(value);
          else if (typeof value === 'object' && value !== null && depth < 3 && !ArrayBuffer.isView(value)) {
            for (const inner of Object.values(value)) collect(inner, depth + 1);
          }
        };
        collect(params);
        const before = digest(null, arrays);
        refused(() => new Adam(params, settings), code, ...parts);
        expect(digest(null, arrays)).toBe(before);
      }

      for (const [name, make] of Object.entries(noArrays)) {
        it(`refuses ${name} for a parameter`, () => {
          refusesParams(
            () => ({ v: f32(1), w: make() }),
            'DTYPE',
            'params.w',
            'Float32Array or a Float64Array',
          );
          refusesParams(() => [f32(1), make()], 'DTYPE', 'params[1]', 'Float32Array or a Float64Array');
        });
      }

      it.each([
        ['null', null],
        ['undefined', undefined],
      ])('refuses %s for a parameter', (_, nothing) => {
        refusesParams(() => ({ v: f32(1), w: nothing }), 'DTYPE', 'params.w', `got ${nothing}`);
        refusesParams(() => [f32(1), nothing], 'DTYPE', 'params[1]', `got ${nothing}`);
      });

      it.each<[string, () => unknown, ...string[]]>([
        ['an array by itself', () => f32(1, 2), 'params to be an array', 'Float32Array(2)'],
        [
          'an array by itself in a group',
          () => [{ params: f32(1, 2) }],
          'params[0].params',
          'Float32Array(2)',
        ],
        ['nothing', () => undefined, 'params', 'got undefined'],
        ['null', () => null, 'params', 'got null'],
        ['a number', () => 3, 'params', 'got 3'],
        ['a function', () => () => [f32(1)], 'params', 'got a function'],
        ['null in a group', () => [{ params: null }], 'params[0].params', 'got null'],
        ['a group in a group', () => [{ params: 7 }, { params: [f32(1)] }], 'params[0].params', 'got 7'],
        ['a Map', () => new Map([['w', f32(1)]]), 'params', 'record', 'an object'],
        ['a Set', () => new Set([f32(1)]), 'params', 'an array of Float32Array'],
        ['a promise', () => Promise.resolve([f32(1)]), 'params', 'an array of Float32Array'],
        [
          'a Map in a group',
          () => [{ params: [f32(1)] }, { params: new Map([['w', f32(1)]]) }],
          'params[1].params',
        ],
        ['an empty array', () => [], 'at least one array'],
        ['an empty record', () => ({}), 'at least one array'],
        ['empty groups', () => [{ params: [] }, { params: {} }], 'at least one array'],
      ])('refuses %s for the parameters', (_, make, ...parts) => {
        refusesParams(make, 'SHAPE', ...parts);
      });

      it('refuses a list of groups and arrays', () => {
        refusesParams(() => [{ params: [f32(1)] }, f32(2)], 'DTYPE', 'params[0]');
      });

      for (const [name, theft] of Object.entries(thefts)) {
        it(`refuses a parameter that ${name} has taken`, () => {
          const { array, steal } = theft();
          steal();
          refusesParams(() => ({ v: f32(1), w: array }), 'DETACHED', 'params.w', 'live arrays');
          refusesParams(() => [{ params: [f32(1)] }, { params: [array] }], 'DETACHED', 'params[1].params[0]');
        });
      }

      it.each<[string, () => FloatArray]>([
        ['resizable', () => new Float32Array(resizable(20, 40), 0, 5)],
        ['resizable, tracked', () => new Float32Array(resizable(20, 40))],
        ['resizable, of doubles', () => new Float64Array(resizable(16, 40), 8)],
        ['growable and shared', () => new Float32Array(growable(20, 40), 0, 5)],
        ['growable and shared, tracked', () => new Float32Array(growable(20, 40))],
        [
          'resizable under a false name',
          () => {
            const buffer = resizable(20, 40);
            Object.defineProperty(buffer, Symbol.toStringTag, { value: 'SharedArrayBuffer' });
            Object.defineProperty(buffer, 'resizable', { value: false });
            return new Float32Array(buffer, 0, 5);
          },
        ],
        [
          'growable under a false name',
          () => {
            const buffer = growable(20, 40);
            Object.defineProperty(buffer, Symbol.toStringTag, { value: 'ArrayBuffer' });
            Object.setPrototypeOf(buffer, ArrayBuffer.prototype);
            return new Float32Array(buffer, 0, 5);
          },
        ],
      ])('refuses memory that is %s', (_, make) => {
        refusesParams(() => ({ v: f32(1), w: make() }), 'RESIZABLE', 'params.w', 'copy it with new Float');
      });

      it('refuses the same parameter twice, and ones that overlap', () => {
        const w = f32(1, 2, 3, 4, 5, 6);
        const clash = (...params: FloatArray[]) =>
          refusesParams(() => params, 'ALIAS', 'params[1]', 'params[0]', 'pass each parameter once');
        clash(w, w);
        clash(w, w.subarray(5));
        clash(w.subarray(2, 4), w.subarray(3, 6));
        clash(w.subarray(2, 4), w.subarray(0, 3));
        clash(w.subarray(2, 4), w);
        clash(w, new Float64Array(w.buffer, 16, 1));
        clash(new Float32Array(w.buffer), w);
        refusesParams(
          () => ({ a: w.subarray(0, 2), b: w.subarray(4), c: w.subarray(2, 5) }),
          'ALIAS',
          'params.c',
          'params.b',
        );
        refusesParams(
          () => ({ b: w.subarray(4), a: w.subarray(0, 2), c: w.subarray(2, 5) }),
          'ALIAS',
          'params.c',
          'params.b',
        );
        refusesParams(
          () => [{ params: { a: w } }, { params: { b: w } }],
          'ALIAS',
          'params[1].params.b',
          'params[0].params.a',
        );
        const shared = new SharedArrayBuffer(24);
        clash(new Float32Array(shared, 0, 4), new Float32Array(shared, 12, 3));
        // Neighbours are no trespassers, in whatever order they come.
        new Adam(
          [w.subarray(4, 6), w.subarray(0, 2), w.subarray(2, 4), w.subarray(3, 3)],
          settings,
        ).dispose();
        // Nor is what has no bytes, when it comes first.
        new Adam([w.subarray(3, 3), w], settings).dispose();
      });

      it('refuses names that come twice over the groups', () => {
        const twice = [{ params: { w: f32(1), b: f32(2) } }, { params: { b: f32(3) } }];
        refusesParams(() => twice, 'NAME', '"b"', 'params[0].params.b', 'params[1].params.b', 'unique');
        refusesParams(() => [{ params: [f32(1)] }, { params: { 0: f32(3) } }], 'NAME', '"0"');
      });

      it('refuses what a getter detaches while the parameters are read', () => {
        const w = f32(1, 2);
        const params = Object.defineProperty({ w } as Record<string, unknown>, 'b', {
          enumerable: true,
          get: () => {
            if (w.length > 0) detach(w);
            return f32(3);
          },
        });
        refused(() => new Adam(params as Wrong, settings), 'DETACHED', 'params.w');
        const later = f32(1, 2);
        const options = { ...settings, lr: () => yielding(0.1, () => later.length > 0 && detach(later)) };
        refused(() => new Adam({ later }, options as Wrong), 'DETACHED', 'params.later');
      });

      it.each([['gpu'], [null], [1], [''], ['Native']])('refuses the backend %j', wrong => {
        const params = newParams();
        const before = digest(null, Object.values(params));
        refused(
          () => new Adam(params, { backend: wrong as Wrong }),
          'OPTION',
          "'auto', 'native' or 'wasm' for backend",
          JSON.stringify(wrong),
        );
        refused(() => lanestep.backend(wrong as Wrong), 'OPTION', 'for backend');
        expect(digest(null, Object.values(params))).toBe(before);
      });

      it('refuses a backend for one group', () => {
        refusesParams(() => [{ params: [f32(1)], backend: 'wasm' }], 'OPTION', '"backend"');
      });
    });

    describe('of a step', () => {
      interface Scene {
        readonly params: Wrong;
        readonly arrays: readonly FloatArray[];
        readonly optimizer: Loose;
        /** Gradients that fit. */
        readonly grads: () => Wrong;
      }

      /** An optimizer that took two steps over parameters of this shape. */
      const scenes: Record<'record' | 'list' | 'groups', () => Scene> = {
        record: () => begin(newParams(), newGrads, Object.values),
        list: () =>
          begin(
            Object.values(newParams()),
            () => Object.values(newGrads()),
            list => list,
          ),
        groups: () => {
          const { w, b } = newParams();
          const grads = () => (({ w, b }) => [{ w }, [b]])(newGrads());
          return begin([{ params: { w }, lr: 0.5 }, { params: [b] }], grads, () => [w, b]);
        },
      };

      function begin(params: Wrong, grads: () => Wrong, arraysOf: (params: Wrong) => FloatArray[]): Scene {
        const optimizer = new Adam(params, { ...settings, amsgrad: true }) as unknown as Loose;
        optimizer.step(grads());
        optimizer.step(grads());
        return { params, arrays: arraysOf(params), optimizer, grads };
      }

      /** A step with these gradients is refused and has no effect, neither now nor later. */
      function refusesStep(
        shape: keyof typeof scenes,
        grads: (scene: Scene) => unknown,
        code: string,
        ...parts: string[]
      ): void {
        const scene = scenes[shape]();
        const twin = scenes[shape]();
        const wrong = grads(scene);
        const before = digest(scene.optimizer, scene.arrays);
        refused(() => scene.optimizer.step(wrong), code, ...parts);
        expect(digest(scene.optimizer, scene.arrays)).toBe(before);
        expect(before).toBe(digest(twin.optimizer, twin.arrays));
        scene.optimizer.step(scene.grads());
        twin.optimizer.step(twin.grads());
        expect(digest(scene.optimizer, scene.arrays)).toBe(digest(twin.optimizer, twin.arrays));
      }

      for (const [name, make] of Object.entries(noArrays)) {
        it(`refuses ${name} for a gradient`, () => {
          refusesStep(
            'record',
            () => ({ ...newGrads(), w: make() }),
            'DTYPE',
            'grads.w',
            'Float32Array(5) like params.w',
          );
          refusesStep(
            'list',
            () => [newGrads().w, make()],
            'DTYPE',
            'grads[1]',
            'Float64Array(3) like params[1]',
          );
          refusesStep(
            'groups',
            () => [{ w: newGrads().w }, [make()]],
            'DTYPE',
            'grads[1][0]',
            'like params[1].params[0]',
          );
        });
      }

      it('refuses a gradient of the other type', () => {
        refusesStep(
          'record',
          () => ({ w: f64(1, 2, 3, 4, 5) }),
          'DTYPE',
          'grads.w',
          'Float32Array(5) like params.w',
          'Float64Array(5)',
        );
        refusesStep(
          'record',
          () => ({ ...newGrads(), b: f32(1, 2, 3) }),
          'DTYPE',
          'grads.b',
          'Float64Array(3)',
          'Float32Array(3)',
        );
      });

      it('refuses a gradient of another length', () => {
        for (const n of [0, 4, 6]) {
          refusesStep(
            'record',
            () => ({ b: newGrads().b, w: new Float32Array(n) }),
            'LENGTH',
            'grads.w',
            'Float32Array(5) like params.w',
            `Float32Array(${n})`,
          );
        }
        refusesStep(
          'list',
          () => [newGrads().w, f64(1, 2)],
          'LENGTH',
          'grads[1]',
          'Float64Array(3) like params[1]',
        );
        refusesStep(
          'groups',
          () => [{ w: f32(1) }, [newGrads().b]],
          'LENGTH',
          'grads[0].w',
          'params[0].params.w',
        );
      });

      it('refuses a gradient that is, or overlaps, a parameter', () => {
        const alias = (grads: (params: Wrong) => unknown, ...parts: string[]) =>
          refusesStep(
            'record',
            ({ params }) => grads(params),
            'ALIAS',
            'overlaps',
            'copy it with slice()',
            ...parts,
          );
        alias(({ w }) => ({ w }), 'grads.w', 'params.w');
        alias(({ w }) => ({ ...newGrads(), w: new Float32Array(w.buffer) }), 'grads.w');
        const parts = f32(...Array.from({ length: 14 }, (_, i) => i + 1));
        const w = parts.subarray(4, 9);
        const optimizer = new Adam({ w }, settings);
        const before = bits(parts);
        for (const from of [0, 3, 4, 5, 8]) {
          refused(
            () => optimizer.step({ w: parts.subarray(from, from + 5) }),
            'ALIAS',
            'grads.w',
            'params.w',
          );
        }
        expect(bits(parts)).toBe(before);
        optimizer.step({ w: parts.subarray(9) });
        expect(bits(parts.subarray(9))).toBe(before.slice(16 * 9));
      });

      it('refuses unknown names, and takes missing ones', () => {
        refusesStep('record', () => ({ ...newGrads(), bias: f32(1) }), 'NAME', 'grads', 'w, b', '"bias"');
        refusesStep('record', () => ({ W: newGrads().w }), 'NAME', '"W"');
        refusesStep('record', () => ({ w: undefined, c: undefined }), 'NAME', '"c"');
        refusesStep('record', () => ({ w: null, c: null }), 'NAME', '"c"');
        refusesStep(
          'groups',
          () => [{ w: newGrads().w, b: newGrads().b }, [newGrads().b]],
          'NAME',
          'grads[0]',
          '"b"',
        );
        refusesStep('record', () => JSON.parse('{"__proto__": null}'), 'NAME', '"__proto__"');
      });

      it.each<[keyof typeof scenes, string, () => unknown, ...string[]]>([
        [
          'record',
          'an array',
          () => Object.values(newGrads()),
          'grads',
          'a record with the keys',
          'an array of 2',
        ],
        ['record', 'an empty array', () => [], 'grads', 'a record'],
        ['record', 'null', () => null, 'grads', 'got null'],
        ['record', 'nothing', () => undefined, 'grads', 'got undefined'],
        ['record', 'a gradient', () => newGrads().w, 'grads', 'Float32Array(5)'],
        ['record', 'a Map', () => new Map(Object.entries(newGrads())), 'grads', 'a record'],
        ['record', 'a promise', () => Promise.resolve(newGrads()), 'grads', 'a record'],
        ['record', 'a closure', () => newGrads, 'grads', 'a function'],
        ['list', 'a record', newGrads, 'grads', 'an array of 2', 'an object'],
        ['list', 'a list that is too short', () => [newGrads().w], 'grads', 'an array of 2', 'one of 1'],
        ['list', 'a list that is too long', () => [...Object.values(newGrads()), null], 'grads', 'one of 3'],
        ['list', 'a gradient', () => newGrads().w, 'grads', 'an array of 2', 'Float32Array(5)'],
        ['list', 'null', () => null, 'grads', 'got null'],
        ['groups', 'a record', newGrads, 'grads', 'a list of 2 groups'],
        ['groups', 'one group', () => [{ w: newGrads().w }], 'grads', 'a list of 2 groups', 'an array of 1'],
        ['groups', 'three groups', () => [{}, [null], []], 'grads', 'a list of 2 groups', 'an array of 3'],
        ['groups', 'an array for a record', () => [[newGrads().w], [newGrads().b]], 'grads[0]', 'a record'],
        [
          'groups',
          'a record for an array',
          () => [{ w: newGrads().w }, { b: newGrads().b }],
          'grads[1]',
          'an array of 1',
        ],
        [
          'groups',
          'a list that is too long',
          () => [{}, [newGrads().b, null]],
          'grads[1]',
          'an array of 1',
          'one of 2',
        ],
        ['groups', 'null for a group', () => [{ w: newGrads().w }, null], 'grads[1]', 'got null'],
        ['groups', 'a missing group', () => [undefined, [newGrads().b]], 'grads[0]', 'got undefined'],
        [
          'groups',
          'a gradient for a group',
          () => [newGrads().w, [newGrads().b]],
          'grads[0]',
          'Float32Array(5)',
        ],
      ])('refuses for a %s %s', (shape, _, make, ...parts) => {
        refusesStep(shape, make, 'SHAPE', ...parts);
      });

      for (const [name, theft] of Object.entries(thefts)) {
        it(`refuses a gradient that ${name} has taken, a new one and the last step's`, () => {
          refusesStep(
            'record',
            () => {
              const { array, steal } = theft();
              steal();
              return { ...newGrads(), w: array };
            },
            'DETACHED',
            'grads.w',
          );
          const { array, steal } = theft();
          const params = newParams();
          const optimizer = new Adam(params, settings) as unknown as Loose;
          const grads = { w: array, b: newGrads().b };
          optimizer.step(grads);
          optimizer.step(grads);
          steal();
          const before = digest(optimizer, Object.values(params));
          for (let i = 0; i < 2; i++)
            refused(() => optimizer.step(grads), 'DETACHED', 'grads.w', 'live arrays');
          expect(digest(optimizer, Object.values(params))).toBe(before);
          optimizer.step(newGrads());
          expect(optimizer.steps).toBe(3);
        });

        it(`refuses a step after ${name} has taken a parameter`, () => {
          const { array, steal } = theft();
          const b = newParams().b;
          // The living one first: it must not be written before the other is looked at.
          const optimizer = new Adam({ b, w: array }, settings) as unknown as Loose;
          const grads = { w: f32(1, 2, 3, 4, 5), b: newGrads().b };
          optimizer.step(grads);
          steal();
          const before = digest(optimizer, [b]);
          refused(() => optimizer.step(grads), 'DETACHED', 'params.w', 'construct the optimizer anew');
          refused(() => optimizer.step({ b: newGrads().b }), 'DETACHED', 'params.w');
          expect(digest(optimizer, [b])).toBe(before);
        });
      }

      it.each<[string, () => FloatArray]>([
        ['resizable', () => new Float32Array(resizable(20, 40), 0, 5)],
        ['resizable and tracked', () => new Float32Array(resizable(20, 40))],
        ['growable and shared', () => new Float32Array(growable(20, 40), 0, 5)],
        ['growable, shared and tracked', () => new Float32Array(growable(20, 40))],
      ])('refuses a gradient whose memory is %s', (_, make) => {
        refusesStep(
          'record',
          () => ({ ...newGrads(), w: make() }),
          'RESIZABLE',
          'grads.w',
          'copy it with new Float32Array(grads.w)',
        );
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

      it('believes no own property of an array', () => {
        const lying = (array: FloatArray) =>
          Object.defineProperties(array, {
            length: { value: 1e9 },
            byteLength: { value: 4e9 },
            byteOffset: { value: 64 },
            buffer: { value: new ArrayBuffer(8) },
            [Symbol.toStringTag]: { value: 'Float64Array' },
          });
        refusesStep(
          'record',
          () => ({ ...newGrads(), w: Object.defineProperty(f32(1), 'length', { value: 5 }) }),
          'LENGTH',
          'Float32Array(1)',
        );
        const [p, q] = [f32(1, 2, 3), f32(1, 2, 3)];
        new SGD([lying(p) as Float32Array], settings).step([lying(f32(1, 1, 1)) as Float32Array]);
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
        const foreign = vm.runInNewContext(
          '({ w: new Float32Array([1, -2, 3, 0.5, 7]), b: new Float64Array([0.1, 0.2, 0.3]) })',
        );
        const foreignGrads = vm.runInNewContext(
          '({ w: new Float32Array([0.3, -0.1, 2, 1e-3, 0]), b: new Float64Array([1, -1, 0.5]) })',
        );
        const heirs = { w: new Weights([1, -2, 3, 0.5, 7]), b: newParams().b };
        const heirGrads = { w: new Weights([0.3, -0.1, 2, 1e-3, 0]), b: newGrads().b };
        const params = newParams();
        for (const [mine, grads] of [
          [params, newGrads()],
          [foreign, foreignGrads],
          [heirs, heirGrads],
        ]) {
          const optimizer = new Adam(mine, settings);
          for (let i = 0; i < 3; i++) optimizer.step(grads);
          expect([bits(mine.w), bits(mine.b)]).toEqual([bits(params.w), bits(params.b)]);
        }
        expect(bits(params.w)).not.toBe(bits(newParams().w));
        refused(
          () => new Adam(vm.runInNewContext('({ w: new Int8Array(3) })'), settings),
          'DTYPE',
          'params.w',
          'Int8Array(3)',
        );
        refusesStep('list', () => vm.runInNewContext('[new Float32Array(4), null]'), 'LENGTH', 'grads[0]');
      });

      describe('whose getters interfere', () => {
        it.each<[string, keyof typeof scenes, (scene: Scene, act: () => void) => unknown]>([
          [
            'a record',
            'record',
            ({ grads }, act) => Object.defineProperty(grads(), 'b', { enumerable: true, get: act }),
          ],
          [
            'a list',
            'list',
            ({ grads }, act) => Object.defineProperty(grads(), 1, { enumerable: true, get: act }),
          ],
          [
            'a group',
            'groups',
            ({ grads }, act) => [grads()[0], Object.defineProperty([null], 0, { get: act })],
          ],
          [
            'a Proxy',
            'list',
            ({ grads }, act) =>
              new Proxy(grads(), { get: (list, key) => (key === '1' ? act() : Reflect.get(list, key)) }),
          ],
        ])('finds what %s detaches while it is read', (_, shape, trap) => {
          // An earlier gradient, a new one and one that is known, and an earlier and a later parameter.
          for (const known of [true, false]) {
            const scene = scenes[shape]();
            const grads = scene.grads();
            const first = grads.w ?? grads[0].w ?? grads[0];
            if (known) scene.optimizer.step(grads);
            const list = trap({ ...scene, grads: () => grads }, () => {
              detach(first);
              return newGrads().b;
            });
            const before = digest(scene.optimizer, scene.arrays);
            refused(
              () => scene.optimizer.step(list),
              'DETACHED',
              shape === 'groups' ? 'grads[0].w' : shape === 'list' ? 'grads[0]' : 'grads.w',
            );
            expect(digest(scene.optimizer, scene.arrays)).toBe(before);
          }
          for (const which of [0, 1]) {
            const scene = scenes[shape]();
            const rest = scene.arrays.filter((_, i) => i !== which);
            const list = trap(scene, () => {
              detach(scene.arrays[which]!);
              return newGrads().b;
            });
            const before = digest(scene.optimizer, rest);
            refused(() => scene.optimizer.step(list), 'DETACHED', 'params');
            expect(digest(scene.optimizer, rest)).toBe(before);
          }
        });

        it('passes on what a getter throws, and changes nothing', () => {
          const { optimizer, arrays, grads } = scenes.record();
          const before = digest(optimizer, arrays);
          const broken = Object.defineProperty(grads(), 'b', {
            get: () => {
              throw new RangeError('mine');
            },
          });
          expect(() => optimizer.step(broken)).toThrow(new RangeError('mine'));
          expect(digest(optimizer, arrays)).toBe(before);
          optimizer.step(grads());
          expect(optimizer.steps).toBe(3);
        });
      });
    });

    describe('within a step', () => {
      const acts: Record<string, (optimizer: Loose) => unknown> = {
        step: optimizer => optimizer.step(newGrads()),
        dispose: optimizer => optimizer.dispose(),
        loadStateDict: optimizer => optimizer.loadStateDict({ state: {}, param_groups: [] }),
        stateDict: optimizer => optimizer.stateDict(),
        set: optimizer => optimizer.set({ lr: 1 } as object),
        rebind: optimizer => optimizer.rebind(newParams()),
        'groups[0].lr': optimizer => {
          (optimizer.groups[0] as Wrong).lr = 1;
        },
      };

      for (const [name, act] of Object.entries(acts)) {
        it(`refuses ${name} from a schedule, a getter and a closure`, () => {
          let live: Loose | null = null;
          const params = newParams();
          const arrays = Object.values(params);
          const lr = () => yielding(0.1, () => live && act(live));
          const scheduled = new Adam(params, { ...settings, lr }) as unknown as Loose;
          let before = digest(scheduled, arrays);
          live = scheduled;
          refused(() => scheduled.step(newGrads()), 'BUSY', 'between steps');
          live = null;
          expect(digest(scheduled, arrays)).toBe(before);
          scheduled.step(newGrads());

          const plain = new Adam(newParams(), settings) as unknown as Loose;
          before = digest(plain, arrays);
          const grads = Object.defineProperty(newGrads(), 'w', { get: () => act(plain) });
          refused(() => plain.step(grads), 'BUSY', 'between steps');
          expect(digest(plain, arrays)).toBe(before);
          plain.step(newGrads());

          const moved = newParams();
          const nesterov = new Nesterov(moved, settings);
          nesterov.step(newGrads);
          before = digest(nesterov as unknown as Loose, Object.values(moved));
          refused(
            () => nesterov.step(() => act(nesterov as unknown as Loose) as Wrong),
            'BUSY',
            'between steps',
          );
          expect(digest(nesterov as unknown as Loose, Object.values(moved))).toBe(before);
          nesterov.step(newGrads);
          expect([scheduled.steps, plain.steps, nesterov.steps]).toEqual([1, 1, 2]);
        });
      }
    });

    describe('of Nesterov', () => {
      const begin = () => {
        const params = newParams();
        const optimizer = new Nesterov(params, { backend, lr: 0.1, momentum: 0.5 });
        optimizer.step(newGrads);
        optimizer.step(newGrads);
        return { params, optimizer, loose: optimizer as unknown as Loose, arrays: Object.values(params) };
      };

      it.each<[string, () => unknown, string]>([
        ['a misspelt name', () => ({ W: f32(1) }), 'NAME'],
        ['a wrong length', () => ({ ...newGrads(), b: f64(1) }), 'LENGTH'],
        ['a wrong type', () => ({ ...newGrads(), b: f32(1, 2, 3) }), 'DTYPE'],
        ['nothing', () => undefined, 'SHAPE'],
        ['a promise', async () => newGrads(), 'SHAPE'],
      ])('puts the parameters back after %s', (_, closure, code) => {
        const { loose, arrays } = begin();
        const twin = begin();
        const before = digest(loose, arrays);
        refused(() => loose.step(closure), code, 'grads');
        expect(digest(loose, arrays)).toBe(before);
        loose.step(newGrads);
        twin.loose.step(newGrads);
        expect(digest(loose, arrays)).toBe(digest(twin.loose, twin.arrays));
      });

      it('puts the parameters back after the closure throws', () => {
        const { loose, arrays, params } = begin();
        const before = digest(loose, arrays);
        let seen = '';
        expect(() =>
          loose.step(() => {
            seen = bits(params.w);
            throw new RangeError('mine');
          }),
        ).toThrow(new RangeError('mine'));
        expect(seen).not.toBe(bits(params.w));
        expect(digest(loose, arrays)).toBe(before);
      });

      it('puts back what is left after the closure detaches a parameter', () => {
        const { loose, params } = begin();
        const before = bits(params.b);
        refused(() => loose.step(() => yielding(newGrads(), () => detach(params.w))), 'DETACHED', 'params.w');
        expect(bits(params.b)).toBe(before);
      });

      it('refuses a closure that returns the parameters themselves', () => {
        const { loose, arrays, params } = begin();
        const before = digest(loose, arrays);
        refused(() => loose.step(() => params), 'ALIAS', 'grads.w', 'params.w');
        expect(digest(loose, arrays)).toBe(before);
      });

      it('refuses gradients without a closure', () => {
        const { loose, arrays } = begin();
        const before = digest(loose, arrays);
        expect(() => loose.step(newGrads())).toThrow(TypeError);
        expect(digest(loose, arrays)).toBe(before);
      });
    });

    describe('of schedules', () => {
      const begin = (lr: (t: number) => unknown) => {
        const params = newParams();
        const optimizer = new Adam(params, { backend, lr: lr as Wrong }) as unknown as Loose;
        for (let i = 0; i < 2; i++) optimizer.step(newGrads());
        return { optimizer, arrays: Object.values(params) };
      };

      it.each<[string, unknown]>([
        ['NaN', Number.NaN],
        ['Infinity', Number.POSITIVE_INFINITY],
        ['out of range', -1e-3],
        ['too large for float32', 1e39],
        ['undefined', undefined],
        ['a string', '0.1'],
        ['a promise', Promise.resolve(0.1)],
      ])('refuses one that gives %s in the middle', (_, wrong) => {
        let broken = true;
        const { optimizer, arrays } = begin(t => (t === 3 && broken ? wrong : 0.1));
        const twin = begin(() => 0.1);
        const before = digest(optimizer, arrays);
        refused(() => optimizer.step(newGrads()), 'OPTION', 'lr(3)');
        expect(digest(optimizer, arrays)).toBe(before);
        broken = false;
        for (const each of [optimizer, twin.optimizer]) each.step(newGrads());
        expect(digest(optimizer, arrays)).toBe(digest(twin.optimizer, twin.arrays));
      });

      it('passes on what one throws, and changes nothing', () => {
        const { optimizer, arrays } = begin(t => {
          if (t === 3) throw new RangeError('mine');
          return 0.1;
        });
        const before = digest(optimizer, arrays);
        expect(() => optimizer.step(newGrads())).toThrow(new RangeError('mine'));
        expect(digest(optimizer, arrays)).toBe(before);
      });

      it('finds what one detaches', () => {
        const params = newParams();
        const optimizer = new Adam(params, {
          backend,
          lr: t => yielding(0.1, () => t === 2 && detach(params.w)),
        }) as unknown as Loose;
        optimizer.step(newGrads());
        const before = digest(optimizer, [params.b]);
        refused(() => optimizer.step(newGrads()), 'DETACHED', 'params.w');
        expect(digest(optimizer, [params.b])).toBe(before);
      });

      it('refuses the half of a pair by its place', () => {
        const betas = [0.9, (t: number) => (t < 3 ? 0.99 : 1)] as const;
        const params = newParams();
        const optimizer = new Adam(params, { backend, betas }) as unknown as Loose;
        for (let i = 0; i < 2; i++) optimizer.step(newGrads());
        const before = digest(optimizer, Object.values(params));
        refused(() => optimizer.step(newGrads()), 'OPTION', 'betas[1](3)', '[0, 1)', 'got 1');
        expect(digest(optimizer, Object.values(params))).toBe(before);
      });

      it('checks what belongs together at each step', () => {
        const w = f32(1, 2);
        const optimizer = new Rprop([w], {
          backend,
          stepSizes: [1e-6, t => (t < 3 ? 1 : 1e-7)],
        }) as unknown as Loose;
        for (let i = 0; i < 2; i++) optimizer.step([f32(1, 1)]);
        const before = digest(optimizer, [w]);
        refused(() => optimizer.step([f32(1, 1)]), 'OPTION', 'stepSizes[0] <= stepSizes[1]');
        expect(digest(optimizer, [w])).toBe(before);
      });

      it('keeps the options of the last step where a later group or the gradients are wrong', () => {
        const { w, b } = newParams();
        const groups = [
          { params: { w }, lr: (t: number) => 0.1 / t },
          { params: { b }, lr: (t: number) => (t < 3 ? 0.1 : -1) },
        ];
        const optimizer = new Adam(groups, { backend }) as unknown as Loose;
        const grads = (({ w, b }) => [{ w }, { b }])(newGrads());
        for (let i = 0; i < 2; i++) optimizer.step(grads);
        const before = digest(optimizer, [w, b]);
        refused(() => optimizer.step(grads), 'OPTION', 'lr(3)');
        expect(digest(optimizer, [w, b])).toBe(before);
      });
    });

    describe('of options', () => {
      const wrongNumbers: readonly unknown[] = [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        '0.5',
        '',
        null,
        true,
        {},
        [0.5],
        1n,
        Symbol('x'),
        new Date(0),
      ];
      const wrongFlags: readonly unknown[] = [0, 1, 'true', '', null, {}, () => true, Number.NaN];

      // Written by hand and not derived from the ranges, which it is to check: what an option refuses, and what it takes.
      interface Bounds {
        readonly bad: readonly number[];
        readonly good: readonly number[];
      }
      const nonNegative: Bounds = {
        bad: [-1, -1e-9, -Number.MIN_VALUE, 1e39],
        good: [0, -0, 1e-3, 1, 7, 3e38],
      };
      const belowOne: Bounds = { bad: [-1, -1e-9, 1, 1.5], good: [0, 0.5, 1 - 2 ** -53] };
      const finite: Bounds = { bad: [1e39, -1e39], good: [-2, -0.5, 0, 1, 3] };
      const eps: Bounds = { bad: [-1, 0, -0, 1e-46, 1e-39, 1e39], good: [1e-37, 1e-8, 1] };
      const bounds: Record<string, Bounds | readonly [Bounds, Bounds]> = {
        lr: nonNegative,
        weightDecay: nonNegative,
        lambd: nonNegative,
        t0: nonNegative,
        lrDecay: nonNegative,
        initialAccumulatorValue: nonNegative,
        momentumDecay: nonNegative,
        eps,
        rho: belowOne,
        decay: belowOne,
        betas: [belowOne, belowOne],
        dampening: finite,
        gradientScale: finite,
        'rmsprop.alpha': belowOne,
        'asgd.alpha': nonNegative,
        'sgd.momentum': { ...nonNegative, good: [0] },
        'rmsprop.momentum': { ...nonNegative, good: [0] },
        'nesterov.momentum': belowOne,
        // TensorFlow.js refuses nothing: a step that ascends, and no epsilon, are its, too.
        'tfjs.lr': finite,
        'tfjs.momentum': finite,
        'tfjs.eps': nonNegative,
        'tfjs.alpha': belowOne,
        'tfjs.decay': nonNegative,
        etas: [
          { bad: [-1, 0, 1, 1.5], good: [0.1, 0.99] },
          { bad: [-1, 0, 1, 0.5, 1e39], good: [1.01, 7] },
        ],
        stepSizes: [
          { bad: [-1, 0, 1e39, 51], good: [1e-3] },
          { bad: [-1, 0, 1e39, 1e-7], good: [1, 70] },
        ],
      };

      let cases = 0;
      const kinds = new Set<string>();

      /** Every wrong value of an option, with the place that its message names; and the right ones. */
      function values(
        family: string,
        key: string,
        range: Range,
        present: unknown,
      ): { bad: [unknown, string][]; good: unknown[] } {
        if (range.kind === 'flag') return { bad: wrongFlags.map(value => [value, key]), good: [] };
        const kind = [`${family}.${key}`, key].find(name => name in bounds);
        if (kind === undefined) throw new Error(`say in test/errors.test.ts what ${family}.${key} may be`);
        const known = bounds[kind]!;
        kinds.add(kind);
        const of = ({ bad, good }: Bounds) => ({ bad: [...wrongNumbers, ...bad], good });
        if (range.kind === 'number') {
          const { bad, good } = of(known as Bounds);
          return {
            bad: bad.flatMap(
              value =>
                [
                  [value, key],
                  [() => value, key],
                ] as [unknown, string][],
            ),
            good: [...good, () => good[0]],
          };
        }
        const pair = present as [number, number];
        const halves = (known as readonly [Bounds, Bounds]).map(of);
        const at = (i: number, value: unknown) => pair.map((other, k) => (k === i ? value : other));
        const shapes: [unknown, string][] = [
          0.9,
          'ab',
          null,
          {},
          [],
          [0.9],
          [...pair, 0.5],
          Float64Array.from(pair),
          () => pair,
        ].map(value => [value, key]);
        return {
          bad: [
            ...shapes,
            ...halves.flatMap(({ bad }, i) =>
              bad.flatMap(
                value =>
                  [
                    [at(i, value), key],
                    [at(i, () => value), key],
                  ] as [unknown, string][],
              ),
            ),
          ],
          good: halves.flatMap(({ good }, i) => good.map(value => at(i, value))),
        };
      }

      for (const { name, tfjs, rule, make } of everyOptimizer) {
        it(`refuses what ${name} must not take, at construction and later`, () => {
          const params = { w: f32(1, -2, 3), b: f32(4) };
          const grads = { w: f32(1, 2, 3), b: f32(-1) };
          const arrays = Object.values(params);
          const optimizer = make([{ params: { w: params.w } }, { params: { b: params.b } }], { backend });
          const stepBoth = () => step(optimizer, [{ w: grads.w }, { b: grads.b }]);
          stepBoth();
          const before = digest(optimizer, arrays);
          expect(Object.keys(rule.ranges).sort()).toEqual(Object.keys(rule.defaults).sort());
          for (const [key, range] of Object.entries<Range>(rule.ranges)) {
            const family = tfjs ? 'tfjs' : rule.name;
            const { bad, good } = values(family, key, range, rule.defaults[key]);
            for (const [value, named] of bad) {
              refused(() => make(params, { backend, [key]: value }), 'OPTION', named, 'Expected');
              refused(() => optimizer.set({ [key]: value }), 'OPTION', named);
              refused(
                () => {
                  (optimizer.groups[1] as Wrong)[key] = value;
                },
                'OPTION',
                named,
              );
              cases++;
            }
            for (const value of good) make(params, { backend, [key]: value }).dispose();
          }
          for (const key of ['learningRate', 'LR', 'constructor', '__proto__', '']) {
            const options = Object.defineProperty({ backend }, key, { value: 1, enumerable: true });
            refused(
              () => make(params, options),
              'OPTION',
              JSON.stringify(key),
              Object.keys(rule.defaults).join(', '),
            );
            refused(
              () => optimizer.set(Object.defineProperty({}, key, { value: 1, enumerable: true })),
              'OPTION',
              JSON.stringify(key),
            );
            const groups = [Object.defineProperty({ params }, key, { value: 1, enumerable: true })];
            refused(() => make(groups, { backend }), 'OPTION', JSON.stringify(key));
          }
          expect(digest(optimizer, arrays)).toBe(before);
          stepBoth();
          expect(digest(optimizer, arrays)).not.toBe(before);
        });
      }

      it('has looked at every option of every optimizer', () => {
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
                ['step', 'set', 'loadStateDict'].every(method => method in value.prototype),
            )
            .map(([name]) => name)
            .sort(),
        );
        expect(cases).toBeGreaterThan(1000);
        const expected = Object.keys(bounds).filter(key => key !== 'decay');
        expect([...kinds].sort()).toEqual(expected.sort());
      });

      it('refuses what MovingAverage must not take', () => {
        const w = f32(1, 2);
        const { bad } = values('average', 'decay', average.ranges.decay, 0.5);
        for (const [value] of bad)
          refused(() => new MovingAverage({ w }, { backend, decay: value as Wrong }), 'OPTION', 'decay');
        for (const value of wrongFlags)
          refused(
            () => new MovingAverage({ w }, { backend, biasCorrection: value as Wrong }),
            'OPTION',
            'biasCorrection',
          );
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'zeros', null, [1], 1n]) {
          refused(() => new MovingAverage({ w }, { backend, initial: value as Wrong }), 'OPTION', 'initial');
        }
        refused(
          () => new MovingAverage({ w }, { backend, initial: 1, biasCorrection: true }),
          'OPTION',
          'initial',
          'biasCorrection',
        );
        refused(() => new MovingAverage({ w }, { backend, momentum: 1 } as Wrong), 'OPTION', '"momentum"');
        refused(() => new MovingAverage({ w: [1] as Wrong }, { backend }), 'DTYPE', 'values.w');
        for (const options of [null, 0.9]) {
          refused(() => new MovingAverage({ w }, options as Wrong), 'OPTION', 'options');
        }
        const averaged = new MovingAverage({ w }, { backend });
        for (const state of [null, 1])
          refused(() => averaged.loadStateDict(state as Wrong), 'STATE', 'state dict');
        averaged.update();
        const before = bits(averaged.values.w);
        refused(
          () => {
            averaged.decay = 1;
          },
          'OPTION',
          'decay',
        );
        detach(w);
        refused(() => averaged.update(), 'DETACHED', 'params.w');
        expect(bits(averaged.values.w)).toBe(before);
        expect(averaged.steps).toBe(1);
      });

      it('takes as eps what the type of the tensors can hold', () => {
        const tiny = { backend, eps: 1e-46 };
        for (const { tfjs, rule, make } of everyOptimizer.filter(({ rule }) => 'eps' in rule.defaults)) {
          // TensorFlow.js takes none at all, and what is none in float32.
          if (tfjs) for (const eps of [0, 1e-46, 1e-310]) make([f32(1), f64(1)], { backend, eps }).dispose();
          if (tfjs) continue;
          const message = () => make([f32(1)], tiny);
          refused(message, 'OPTION', 'eps', 'float32', '1e-46', String(2 ** -126));
          refused(() => make([f64(1), f32(1)], tiny), 'OPTION', 'eps', 'float32');
          refused(() => make([f64(1)], { backend, eps: 1e-310 }), 'OPTION', 'eps', 'float64');
          make([f64(1)], tiny).dispose();
          make([{ params: [f64(1)], eps: 1e-46 }, { params: [f32(1)] }], { backend }).dispose();
          make([f32(1)], { backend, eps: 2 ** -126 }).dispose();
          expect(rule.defaults.eps).toBeGreaterThan(0);
        }
        refused(() => new SGD([f32(1)], { backend, lr: 1e39 }), 'OPTION', 'lr', 'float32');
        new SGD([f64(1)], { backend, lr: 1e39 }).dispose();
      });

      it('sets all options of all groups, or none', () => {
        const [w, b] = [f32(1, 2), f64(3)];
        const optimizer = new Adam(
          [
            { params: [w], lr: 0.5 },
            { params: [b], eps: 1e-40 },
          ],
          { backend },
        ) as unknown as Loose;
        optimizer.step([[f32(1, 1)], [f64(1)]]);
        const before = digest(optimizer, [w, b]);
        // The first is fine by itself, the second is not; then fine for one group and not for the other.
        refused(() => optimizer.set({ lr: 0.25, weightDecay: -1 } as object), 'OPTION', 'weightDecay');
        refused(() => optimizer.set({ lr: 0.25, nonsense: 1 } as object), 'OPTION', '"nonsense"');
        refused(() => optimizer.set({ lr: 0.25, eps: 1e-40 } as object), 'OPTION', 'eps', 'float32');
        refused(() => optimizer.set({ gradientScale: 1e39 } as object), 'OPTION', 'gradientScale');
        expect(digest(optimizer, [w, b])).toBe(before);
        const [group] = optimizer.groups as Wrong;
        for (const wrong of [undefined, Number.NaN, -1]) {
          refused(
            () => {
              group.lr = wrong;
            },
            'OPTION',
            'lr',
          );
        }
        expect(() => {
          group.learningRate = 1;
        }).toThrow(TypeError);
        expect(() => {
          group.betas[0] = 0;
        }).toThrow(TypeError);
        expect(digest(optimizer, [w, b])).toBe(before);
      });

      it('sets none where a schedule is not the same when it is asked again', () => {
        const [w, b] = [f32(1, 2), f32(3)];
        const optimizer = new Adam([{ params: [w] }, { params: [b] }], { backend }) as unknown as Loose;
        const before = digest(optimizer, [w, b]);
        let calls = 0;
        const lr = () => (++calls > 3 ? -1 : 0.1);
        try {
          optimizer.set({ lr } as object);
        } catch {
          expect(digest(optimizer, [w, b])).toBe(before);
        }
        expect(calls).toBeLessThanOrEqual(2);
      });

      it('leaves an option that is undefined as it is', () => {
        const optimizer = new Adam(
          [{ params: [f32(1)], lr: undefined } as Wrong, { params: [f32(1)], lr: 0.5 }],
          { backend, lr: 0.25, weightDecay: undefined as Wrong },
        );
        expect(optimizer.groups.map(({ lr, weightDecay }) => [lr, weightDecay])).toEqual([
          [0.25, 0],
          [0.5, 0],
        ]);
        optimizer.set({ lr: undefined, weightDecay: 0.1 } as Wrong);
        expect(optimizer.groups.map(({ lr, weightDecay }) => [lr, weightDecay])).toEqual([
          [0.25, 0.1],
          [0.5, 0.1],
        ]);
      });

      it('does not change the flags that decide which state there is', () => {
        const frozen: [Loose, string, unknown][] = [
          [new Adam([f32(1)], { backend }) as unknown as Loose, 'amsgrad', true],
          [new Adam([f32(1)], { backend, amsgrad: true }) as unknown as Loose, 'amsgrad', false],
          [new AdamW([f32(1)], { backend }) as unknown as Loose, 'amsgrad', true],
          [new SGD([f32(1)], { backend }) as unknown as Loose, 'momentum', 0.9],
          [new SGD([f32(1)], { backend }) as unknown as Loose, 'momentum', () => 0.9],
          [new SGD([f32(1)], { backend, momentum: 0.9 }) as unknown as Loose, 'momentum', 0],
          [new SGD([f32(1)], { backend, momentum: 0.9 }) as unknown as Loose, 'nesterov', true],
          [new lanestep.RMSprop([f32(1)], { backend }) as unknown as Loose, 'centered', true],
          [new lanestep.RMSprop([f32(1)], { backend }) as unknown as Loose, 'momentum', 0.9],
        ];
        for (const [optimizer, key, value] of frozen) {
          optimizer.step([f32(1)]);
          const before = digest(optimizer, []);
          refused(() => optimizer.set({ [key]: value }), 'OPTION', key, 'construct a new optimizer');
          refused(
            () => {
              (optimizer.groups[0] as Wrong)[key] = value;
            },
            'OPTION',
            key,
            'construct a new optimizer',
          );
          expect(digest(optimizer, [])).toBe(before);
        }
        refused(() => new SGD([f32(1)], { backend, nesterov: true }), 'OPTION', 'momentum', 'nesterov');
        refused(
          () => new SGD([f32(1)], { backend, nesterov: true, momentum: 0.9, dampening: 0.5 }),
          'OPTION',
          'dampening',
          'nesterov',
        );
        const optimizer = new SGD([f32(1)], { backend, nesterov: true, momentum: 0.9 });
        refused(() => optimizer.set({ dampening: 0.5 }), 'OPTION', 'dampening');
      });

      it('refuses options that are no object', () => {
        for (const wrong of [null, 0.01, 'adam', true]) {
          refused(() => new Adam([f32(1)], wrong as Wrong), 'OPTION', 'options');
          refused(() => new Adam([f32(1)], { backend }).set(wrong as Wrong), 'OPTION', 'options');
        }
      });
    });

    describe('between steps, from a schedule that interferes', () => {
      it.each(['set', 'loadStateDict'] as const)('refuses dispose() within %s', how => {
        const params = newParams();
        let live = false;
        const optimizer: Loose = new Adam(params, {
          backend,
          lr: () => yielding(0.1, () => live && optimizer.dispose()),
        }) as unknown as Loose;
        optimizer.step(newGrads());
        const dict = optimizer.stateDict();
        const before = digest(optimizer, Object.values(params));
        live = true;
        if (how === 'set') refused(() => optimizer.set({ eps: 1e-3 } as object), 'BUSY');
        else expect(() => optimizer.loadStateDict(dict)).toThrow(LanestepError);
        live = false;
        expect(digest(optimizer, Object.values(params))).toBe(before);
      });

      it('loads nothing of a state whose arrays a schedule or a getter detaches', () => {
        const params = newParams();
        let act = () => {};
        const optimizer = new Adam(params, {
          backend,
          lr: () => yielding(0.1, () => act()),
          weightDecay: 0.5,
        }) as unknown as Loose;
        for (let i = 0; i < 2; i++) optimizer.step(newGrads());
        const dict = optimizer.stateDict() as Wrong;
        dict.param_groups[0].weight_decay = 0.25;
        dict.state.b.step = 1;
        const before = digest(optimizer, Object.values(params));
        act = () => {
          act = () => {};
          detach(dict.state.b.exp_avg_sq);
        };
        refused(() => optimizer.loadStateDict(dict), 'STATE', 'state["b"]');
        expect(digest(optimizer, Object.values(params))).toBe(before);
        const again = optimizer.stateDict() as Wrong;
        Object.defineProperty(again, 'steps', {
          get: () => yielding(2, () => detach(again.state.w.exp_avg)),
        });
        refused(() => optimizer.loadStateDict(again), 'STATE', 'state["w"]');
        expect(digest(optimizer, Object.values(params))).toBe(before);
      });
    });

    describe('after dispose()', () => {
      it('refuses everything but looking', () => {
        const params = newParams();
        const optimizer = new Adam(params, settings) as unknown as Loose;
        optimizer.step(newGrads());
        const dict = optimizer.stateDict();
        const before = digest(null, Object.values(params));
        optimizer.dispose();
        optimizer.dispose();
        for (const act of [
          () => optimizer.step(newGrads()),
          () => optimizer.stateDict(),
          () => optimizer.loadStateDict(dict),
          () => optimizer.set({ lr: 1 } as object),
          () => optimizer.rebind(newParams()),
          () => {
            (optimizer.groups[0] as Wrong).lr = 1;
          },
        ]) {
          refused(act, 'DISPOSED', 'dispose()');
        }
        expect(digest(null, Object.values(params))).toBe(before);
        expect(optimizer.steps).toBe(1);
        expect((optimizer.groups[0] as Wrong).lr).toBe(0.1);
        expect(optimizer.backend().name).toBe(backend);
        const nesterov = new Nesterov(params, settings);
        nesterov.dispose();
        refused(() => nesterov.step(() => newGrads()), 'DISPOSED');
        expect(digest(null, Object.values(params))).toBe(before);
      });
    });

    describe('of state dicts', () => {
      const begin = () => {
        const { w, b } = newParams();
        const groups = [{ params: { w }, lr: 0.5 }, { params: { b } }];
        const optimizer = new Adam(groups, { backend, amsgrad: true }) as unknown as Loose;
        const grads = (({ w, b }) => [{ w }, { b }])(newGrads());
        optimizer.step(grads);
        optimizer.step([{ w: grads[0]!.w }, {}]);
        return { optimizer, arrays: [w, b], grads };
      };
      const set = (path: string, value: unknown) => (dict: Wrong) => {
        const keys = path.split('/');
        const last = keys.pop()!;
        const at = keys.reduce((object, key) => object[key], dict);
        Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
        return dict;
      };
      const drop = (path: string) => (dict: Wrong) => {
        const keys = path.split('/');
        const last = keys.pop()!;
        delete keys.reduce((object, key) => object[key], dict)[last];
        return dict;
      };

      it.each<[string, (dict: Wrong) => unknown, ...string[]]>([
        ['nothing', () => undefined, 'the state dict', 'undefined'],
        ['null', () => null, 'the state dict', 'null'],
        ['an array', () => [], 'the state dict', 'an array'],
        ['a string', () => '{}', 'the state dict'],
        ['an empty object', () => ({}), 'state', 'undefined'],
        ['no state', drop('state'), 'state'],
        ['an array for the state', set('state', []), 'state'],
        ['an extra name', set('state/c', { step: 1 }), 'keys out of w, b', '"c"'],
        ['a __proto__ key', set('state/__proto__', { step: 1 }), 'keys out of w, b', '"__proto__"'],
        ['a constructor key', set('state/constructor', { step: 1 }), '"constructor"'],
        ['null for an entry', set('state/w', null), 'state["w"]', 'null'],
        ['an array for an entry', set('state/w', f32(1)), 'state["w"]', 'Float32Array(1)'],
        ['no step', drop('state/w/step'), 'state["w"]', 'step'],
        ['a NaN step', set('state/w/step', Number.NaN), 'state["w"].step', 'NaN'],
        ['a negative step', set('state/b/step', -1), 'state["b"].step', '-1'],
        ['half a step', set('state/b/step', 1.5), 'state["b"].step', '1.5'],
        ['a step of 2^53', set('state/b/step', 2 ** 53), 'state["b"].step'],
        ['a step of text', set('state/b/step', '1'), 'state["b"].step', '"1"'],
        ['a step of BigInt', set('state/b/step', 1n), 'state["b"].step', '1n'],
        ['an infinite step', set('state/b/step', Number.POSITIVE_INFINITY), 'Infinity'],
        ['NaN for steps', set('steps', Number.NaN), 'steps', 'NaN'],
        ['negative steps', set('steps', -3), 'steps', '-3'],
        ['steps of text', set('steps', '3'), 'steps', '"3"'],
        ['null for steps', set('steps', null), 'steps', 'null'],
        ['a missing slot', drop('state/b/exp_avg'), 'state["b"]', 'exp_avg'],
        [
          'a slot of the other type',
          set('state/w/exp_avg', f64(1, 2, 3, 4, 5)),
          'state["w"].exp_avg',
          'Float32Array(5)',
          'Float64Array(5)',
        ],
        [
          'a slot of another length',
          set('state/b/exp_avg_sq', f64(1, 2)),
          'state["b"].exp_avg_sq',
          'Float64Array(3)',
          'Float64Array(2)',
        ],
        ['a slot of numbers', set('state/w/exp_avg', [1, 2, 3, 4, 5]), 'state["w"].exp_avg', 'an array of 5'],
        ['null for a slot', set('state/w/exp_avg', null), 'state["w"].exp_avg', 'null'],
        ['an extra slot', set('state/b/exp_inf', f64(1, 2, 3)), 'state["b"]', '"exp_inf"'],
        ['a __proto__ slot', set('state/b/__proto__', f64(1, 2, 3)), 'state["b"]', '"__proto__"'],
        ['another flag', drop('state/w/max_exp_avg_sq'), 'state["w"]', 'max_exp_avg_sq'],
        ['no groups', drop('param_groups'), 'param_groups', 'a list of 2'],
        [
          'too few groups',
          dict => yielding(dict, () => dict.param_groups.pop()),
          'param_groups',
          'a list of 2',
          'an array of 1',
        ],
        [
          'too many groups',
          dict => yielding(dict, () => dict.param_groups.push(dict.param_groups[0])),
          'a list of 2',
        ],
        [
          'groups in another order',
          dict => yielding(dict, () => dict.param_groups.reverse()),
          'param_groups[0].params',
          'w',
        ],
        ['null for a group', set('param_groups/1', null), 'param_groups[1]', 'null'],
        ['no params', drop('param_groups/1/params'), 'param_groups[1].params', 'b'],
        ['other params', set('param_groups/1/params', ['c']), 'param_groups[1].params', 'b', 'c'],
        ['more params', set('param_groups/1/params', ['b', 'c']), 'param_groups[1].params'],
        ['an unknown option', set('param_groups/1/momentum', 0.9), 'param_groups[1]', '"momentum"'],
        ['a __proto__ option', set('param_groups/1/__proto__', { lr: 9 }), 'param_groups[1]', '"__proto__"'],
        ['an option out of range', set('param_groups/1/lr', -1), 'param_groups[1]', 'lr', '-1'],
        ['NaN for an option', set('param_groups/1/eps', Number.NaN), 'param_groups[1]', 'eps', 'NaN'],
        ['a function for the flag', set('param_groups/1/maximize', () => true), 'maximize'],
        ['other flags', set('param_groups/1/amsgrad', false), 'param_groups[1]', 'amsgrad'],
        ['half of the betas', set('param_groups/1/betas', [0.9]), 'betas'],
      ])('refuses %s', (_, change, ...parts) => {
        const { optimizer, arrays, grads } = begin();
        const twin = begin();
        const before = digest(optimizer, arrays);
        // A good part before the bad one: it must not be taken either.
        const dict = set(
          'param_groups/0/lr',
          0.125,
        )(set('state/w/step', 7)(structuredClone(optimizer.stateDict()))) as Wrong;
        const wrong = change(dict);
        refused(() => optimizer.loadStateDict(wrong as Wrong), 'STATE', ...parts);
        expect(digest(optimizer, arrays)).toBe(before);
        optimizer.step(grads);
        twin.optimizer.step(twin.grads);
        expect(digest(optimizer, arrays)).toBe(digest(twin.optimizer, twin.arrays));
        expect(({} as Wrong).lr).toBeUndefined();
      });

      it("refuses every other optimizer's state", () => {
        for (const from of everyOptimizer) {
          for (const to of everyOptimizer) {
            if (from.rule === to.rule) continue;
            const [p, q] = [f32(1, 2), f32(1, 2)];
            const [source, target] = [from.make([p], { backend }), to.make([q], { backend })];
            step(source, [f32(1, -1)]);
            step(target, [f32(1, -1)]);
            const before = digest(target, [q]);
            const dict = source.stateDict();
            const label = `${from.name} into ${to.name}`;
            // Options and slots of one may all be known to the other: AdamW's to Adam. Then it is a state that fits.
            const fits =
              [from.name, to.name].join() === 'AdamW,Adam' ||
              [from.name, to.name].join() === 'RAdam,Adam' ||
              [from.name, to.name].join() === 'TfjsSGD,SGD' ||
              [from.name, to.name].join() === 'Adamax,Adam';
            if (fits) continue;
            expect(() => target.loadStateDict(dict), label).toThrow(StateError);
            expect(digest(target, [q]), label).toBe(before);
            for (const each of [source, target]) each.dispose();
          }
        }
      });

      it('refuses scalars that are no numbers', () => {
        for (const { name, rule, make } of everyOptimizer) {
          for (const scalar of Object.keys(rule.scalars?.(rule.defaults) ?? {})) {
            const w = f32(1, 2);
            const optimizer = make([w], { backend });
            step(optimizer, [f32(1, 1)]);
            const before = digest(optimizer, [w]);
            for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, f32(1)]) {
              const dict = set(`state/0/${scalar}`, wrong)(optimizer.stateDict());
              refused(() => optimizer.loadStateDict(dict), 'STATE', `state["0"].${scalar}`);
              expect(digest(optimizer, [w]), name).toBe(before);
            }
            refused(
              () => optimizer.loadStateDict(drop(`state/0/${scalar}`)(optimizer.stateDict())),
              'STATE',
              scalar,
            );
          }
        }
      });

      it('refuses a MovingAverage state that does not fit', () => {
        const averaged = new MovingAverage({ w: f32(1, 2), b: f64(3) }, { backend, decay: 0.5 });
        averaged.update();
        const before = JSON.stringify(averaged.stateDict());
        for (const change of [
          drop('values'),
          drop('values/b'),
          set('values/b', f32(1)),
          set('values/w', f32(1)),
          set('values/w', null),
          set('steps', -1),
          set('param_groups/0/decay', 1),
        ]) {
          const dict = change({ ...averaged.stateDict(), steps: 9 });
          refused(() => averaged.loadStateDict(dict), 'STATE');
          expect(JSON.stringify(averaged.stateDict())).toBe(before);
        }
      });
    });
  });
}

describe('setThreads', () => {
  it.each([0, -1, 257, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null, undefined, 1n, [2]])(
    'refuses %s',
    wrong => {
      const before = nativeMissing === null ? lanestep.backend('native').threads : 1;
      const refusal = refused(
        () => lanestep.setThreads(wrong as Wrong),
        'OPTION',
        'from 1 to 256',
        'threads',
      );
      expect(refusal.message).toContain('got ');
      if (nativeMissing === null) expect(lanestep.backend('native').threads).toBe(before);
    },
  );

  it.skipIf(nativeMissing !== null)('takes what is in range', () => {
    const before = lanestep.backend('native').threads;
    for (const threads of [1, 3, 256]) {
      lanestep.setThreads(threads);
      expect(lanestep.backend('native').threads).toBe(threads);
    }
    lanestep.setThreads(before);
  });
});
