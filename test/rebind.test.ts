// An optimizer that is moved to other arrays goes on with the same bits, and one that could not be moved is where it was.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Adam,
  backend as describeBackend,
  LanestepError,
  Nesterov,
  SGD,
  ShapeError,
  StateError,
  setThreads,
} from '../src/index.js';
import { loadAddon } from '../src/node/addon.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, everyVariant } from './every-optimizer.js';
import { type FloatArray, noise, sameBits, sameState, shapes, walk } from './walk.js';

// biome-ignore lint/suspicious/noExplicitAny: much of what is passed here is wrong on purpose
type Any = any;
const loosely = (optimizer: object): Any => optimizer;

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

const newParams = () => ({ w: f32(1, -2, 3, 0.5, 7), b: f64(0.1, 0.2, 0.3) });
const newGrads = () => ({ w: f32(0.3, -0.1, 2, 1e-3, 0), b: f64(1, -1, 0.5) });

/** Calls what must be refused, and looks at the error: class, code, and what its message must say. */
function refused(work: () => unknown, code: string, ...parts: readonly string[]): void {
  let error: unknown;
  try {
    work();
  } catch (caught) {
    error = caught;
  }
  expect(error, `expected ${code}`).toBeInstanceOf(LanestepError);
  const refusal = error as LanestepError;
  expect(refusal.code).toBe(`ERR_LANESTEP_${code}`);
  expect(refusal).toBeInstanceOf(['BUSY', 'DISPOSED'].includes(code) ? StateError : ShapeError);
  for (const part of parts) expect(refusal.message).toContain(part);
}

/** An optimizer that took two steps, and was then moved. */
interface Scene {
  readonly optimizer: Any;
  /** Where it is updated. */
  readonly params: ReturnType<typeof newParams>;
  /** Where it was before; its numbers are still there. */
  readonly old: ReturnType<typeof newParams>;
}

function waiting(backend: string): Scene {
  const old = newParams();
  const params = { w: new Float32Array(5).fill(8), b: new Float64Array(3).fill(9) };
  const optimizer: Any = new Adam(old, { backend: backend as 'wasm', lr: () => 0.1, amsgrad: true });
  for (let t = 0; t < 2; t++) optimizer.step(newGrads());
  optimizer.rebind(params, old);
  return { optimizer, params, old };
}

/** A value, with something done on the way. */
function yielding<T>(value: T, act: () => unknown): T {
  act();
  return value;
}

/** Transfers an array's memory away. */
const detach = ({ buffer }: FloatArray): void => {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
};

const backends = ['native', 'wasm'] as const;
const title = (backend: string) =>
  backend === 'native' && nativeMissing !== null ? `native (skipped: ${nativeMissing})` : backend;

for (const backend of backends) {
  describe.skipIf(backend === 'native' && nativeMissing !== null)(title(backend), () => {
    describe('goes on with the same bits', () => {
      for (const [i, { title, entry, options }] of everyVariant.entries()) {
        it(title, () => {
          // A lead-in, whole vectors and a tail; more than a chunk; one element, and none.
          const lengths = [
            ['float32', 37],
            ['float64', 1029],
            ['float32', 1],
            ['float64', 0],
          ] as const;
          for (const [k, shape] of shapes.entries())
            walk(entry, options, { lengths, backend, shape, steps: 24, seed: 3 * i + k });
        });
      }

      // More than a chunk, a claim and a tile, and with the last element in none of their multiples.
      const lengths = [
        ['float32', 16_385],
        ['float64', 16_387],
        ['float32', 70_001],
        ['float64', 33_001],
      ] as const;
      const entryOf = (name: string) => everyOptimizer.find(each => each.name === name)!;
      it.each([
        ['Adam', {}],
        ['Adam', { weightDecay: 0.1, gradientScale: 0.3, maximize: true }],
        ['AdamW', { amsgrad: true }],
        ['Nesterov', { weightDecay: 0.1 }],
        ['TfjsAdam', {}],
      ])('of long tensors: %s with %o', (name, options) => {
        walk(entryOf(name), options, { lengths, backend, shape: 'list', steps: 8, seed: 5 });
      });

      describe.runIf(backend === 'native')('on threads', () => {
        const before = nativeMissing === null ? describeBackend('native').threads : 1;
        afterEach(() => setThreads(before));

        it.each([1, 2, 3])('%d of them', threads => {
          setThreads(threads);
          // They are woken whatever a step takes.
          loadAddon().setThreads(threads, 0);
          const lengths = [
            ['float32', 200_003],
            ['float32', 7],
            ['float64', 100_001],
          ] as const;
          for (const seed of [1, 2])
            walk(
              entryOf('AdamW'),
              { gradientScale: 0.5 },
              { lengths, backend, shape: 'record', steps: 8, seed },
            );
        });
      });
    });

    const settings = { backend, lr: 0.5 };

    it('reads elsewhere at one step, and at that one only', () => {
      const [old, place] = [f32(1, 2), f32(Number.NaN, 7)];
      const optimizer = new SGD({ w: old }, settings);
      optimizer.rebind({ w: place }, { w: old });
      expect([...place]).toEqual([Number.NaN, 7]);
      optimizer.step({ w: f32(2, 4) });
      expect([...place]).toEqual([0, 0]);
      expect([...old]).toEqual([1, 2]);
      old.fill(99);
      optimizer.step({ w: f32(2, 4) });
      expect([...place]).toEqual([-1, -2]);
      expect([...old]).toEqual([99, 99]);
    });

    it('lets tensors wait until they take part', () => {
      const [a, b] = [f32(1), f32(2)];
      const [c, d] = [f32(0), f32(0)];
      const optimizer = new SGD({ a, b }, settings);
      optimizer.rebind({ a: c, b: d }, { a, b });
      optimizer.step({ a: f32(2) });
      expect([c[0], d[0]]).toEqual([0, 0]);
      // A move of another says nothing about b.
      optimizer.rebind({ a }, { a: c });
      optimizer.step({ a: f32(2), b: null });
      expect([a[0], d[0]]).toEqual([-1, 0]);
      b[0] = 5;
      optimizer.step({ b: f32(2) });
      expect([a[0], b[0], c[0], d[0]]).toEqual([-1, 5, 0, 4]);
    });

    it('forgets a move that another takes the place of', () => {
      const [old, first, second] = [f32(1), f32(2), f32(3)];
      const optimizer = new SGD({ w: old }, settings);
      optimizer.rebind({ w: first }, { w: old });
      optimizer.rebind({ w: second }, { w: f32(7) });
      optimizer.rebind({ w: first }, { w: f32(8) });
      optimizer.step({ w: f32(2) });
      expect([old[0], first[0], second[0]]).toEqual([1, 7, 3]);
      optimizer.rebind({ w: second }, { w: old });
      optimizer.rebind({ w: second });
      optimizer.step({ w: f32(2) });
      expect([old[0], first[0], second[0]]).toEqual([1, 7, 2]);
      optimizer.rebind({ w: first }, { w: old });
      optimizer.rebind({}, { w: first });
      optimizer.step({ w: f32(2) });
      expect([old[0], first[0], second[0]]).toEqual([1, 6, 2]);
    });

    it('reads two from one array, which may be their gradient, too', () => {
      const [source, a, b] = [f32(4), f32(0), f32(0)];
      const optimizer = new SGD([f32(1), f32(1)], settings);
      optimizer.rebind([a, b], [source, source]);
      optimizer.step([source, f32(2)]);
      expect([source[0], a[0], b[0]]).toEqual([4, 2, 3]);
    });

    it('swaps two parameters', () => {
      const [a, b] = [f32(1, 1), f32(2, 2)];
      const optimizer = new SGD([a, b], { ...settings, momentum: 0.5 });
      optimizer.step([f32(2, 2), f32(0, 0)]);
      optimizer.rebind([b, a]);
      optimizer.step([f32(0, 0), f32(0, 0)]);
      expect([...a, ...b]).toEqual([0, 0, 1.5, 1.5]);
    });

    it('keeps what waits over a state that is loaded and options that are set', () => {
      const [old, place] = [f32(1), f32(0)];
      const optimizer = new SGD({ w: old }, { ...settings, momentum: 0.5 });
      optimizer.step({ w: f32(2) });
      optimizer.rebind({ w: place }, { w: old });
      optimizer.loadStateDict(optimizer.stateDict());
      optimizer.set({ lr: 1 });
      optimizer.step({ w: f32(0) });
      expect([old[0], place[0]]).toEqual([0, -1]);
    });

    it('takes a former parameter for a gradient, and no present one', () => {
      const [old, place] = [f32(1, 2), f32(3, 4)];
      const optimizer = new SGD({ w: old }, settings);
      // Known as a gradient already, when it becomes the parameter.
      optimizer.step({ w: place });
      optimizer.rebind({ w: place });
      refused(() => optimizer.step({ w: place }), 'ALIAS', 'grads.w', 'params.w');
      optimizer.step({ w: old });
      expect([...place]).toEqual([3.25, 4]);
    });

    it('follows views of a memory that grows', () => {
      const { WebAssembly } = globalThis as Any;
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 9 });
      const views = () => ({
        w: new Float32Array(memory.buffer, 16, 37),
        b: new Float64Array(memory.buffer, 512, 5),
      });
      const gradients = () => ({ w: new Float32Array(memory.buffer, 1024, 37) });
      let [params, grads] = [views(), gradients()];
      noise(params.w, 1);
      noise(params.b, 2);
      const twins = { w: params.w.slice(), b: params.b.slice() };
      const optimizer = new Adam(params, settings);
      const twin = new Adam(twins, settings);
      for (let t = 1; t <= 12; t++) {
        if (t % 4 === 0) {
          memory.grow(1);
          refused(() => optimizer.step({ b: f64(1, 2, 3, 4, 5) }), 'DETACHED', 'params.w');
          [params, grads] = [views(), gradients()];
          // Half of them is not enough.
          refused(() => optimizer.rebind({ b: params.b }), 'DETACHED', 'params.w');
          optimizer.rebind(params);
        }
        const g = noise(new Float32Array(37), 10 + t);
        const b = t % 3 ? f64(t, -t, 0, 1, 2) : null;
        grads.w.set(g);
        optimizer.step({ ...grads, b });
        twin.step({ w: g, b });
        sameBits(params.w, twins.w, `step ${t}, w`);
        sameBits(params.b, twins.b, `step ${t}, b`);
      }
      sameState(loosely(optimizer), loosely(twin), 'in the end');
    });

    it('holds on to no array that it left', async () => {
      setFlagsFromString('--expose-gc');
      const collect: () => void = runInNewContext('gc');
      const make = () => {
        const arrays = Array.from({ length: 4 }, () => new Float32Array(1000));
        const [first, source, gradient, place] = arrays as [
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const optimizer = new Adam([first], settings);
        optimizer.rebind([place], [source]);
        optimizer.step([gradient]);
        optimizer.step([new Float32Array(1000)]);
        // Nor does one that is disposed of before it read from there.
        const waiting = new Float32Array(1000);
        const disposed = new Adam([new Float32Array(1000)], settings);
        disposed.rebind([new Float32Array(1000)], [waiting]);
        disposed.dispose();
        const left = [first, source, gradient, waiting].map(array => new WeakRef(array));
        return { optimizer, disposed, left, place };
      };
      const { optimizer, disposed, left, place } = make();
      for (let i = 0; i < 3; i++) {
        await new Promise(done => setTimeout(done, 5));
        collect();
      }
      expect(left.map(ref => ref.deref() === undefined)).toEqual([true, true, true, true]);
      expect([optimizer.steps, disposed.steps, place.length]).toEqual([2, 0, 1000]);
    });

    describe('with a step that throws', () => {
      it('for what was to be read is gone: it can be said anew', () => {
        const { optimizer, params, old } = waiting(backend);
        const twin = waiting(backend);
        const [w, before] = [old.w.slice(), params.w.slice()];
        detach(old.w);
        // As well where it sits out.
        for (const grads of [newGrads(), { b: newGrads().b }])
          refused(() => optimizer.step(grads), 'DETACHED', 'from.w', 'live arrays');
        sameBits(params.w, before, 'w');
        expect(optimizer.steps).toBe(2);
        optimizer.rebind({ w: null }, { w });
        for (const one of [optimizer, twin.optimizer]) one.step(newGrads());
        sameBits(params.w, twin.params.w, 'w');
        sameBits(params.b, twin.params.b, 'b');
        sameState(optimizer, twin.optimizer, 'then');
      });

      it('for the place is gone', () => {
        const { optimizer, params, old } = waiting(backend);
        const b = params.b.slice();
        detach(params.w);
        refused(() => optimizer.step(newGrads()), 'DETACHED', 'params.w');
        sameBits(params.b, b, 'b');
        optimizer.rebind({ w: new Float32Array(5) }, { w: old.w });
        optimizer.step(newGrads());
        expect(optimizer.steps).toBe(3);
      });
    });

    describe('with a step of Nesterov', () => {
      const travel = () => {
        const [old, params] = [newParams(), { w: new Float32Array(5), b: new Float64Array(3) }];
        const twins = newParams();
        const [optimizer, twin] = [old, twins].map(
          params => new Nesterov(params, { backend, lr: 0.1, momentum: 0.5 }),
        ) as [Nesterov<Any>, Nesterov<Any>];
        for (const one of [optimizer, twin]) one.step(newGrads);
        loosely(optimizer).rebind(params, old);
        return { optimizer, twin, params, old, twins };
      };

      it('the closure sees the look-ahead point at the new place', () => {
        const { optimizer, twin, params, old, twins } = travel();
        const before = old.w.slice();
        const seen: FloatArray[] = [];
        const seeing = (of: { w: Float32Array }) => () => yielding(newGrads(), () => seen.push(of.w.slice()));
        optimizer.step(seeing(params) as Any);
        twin.step(seeing(twins) as Any);
        sameBits(seen[0]!, seen[1]!, 'seen');
        expect(seen[0]).not.toEqual(before);
        sameBits(old.w, before, 'old');
        sameBits(params.w, twins.w, 'w');
      });
    });

    it('refuses a place where another is still to be read', () => {
      const [a, b, c] = [f32(1), f32(2), f32(3)];
      const optimizer = new SGD([a, b], settings);
      optimizer.rebind([c, null], [a, null]);
      refused(() => optimizer.rebind([null, a], [null, b]), 'ALIAS', 'from[0]', 'params[1]');
      optimizer.step([f32(2), f32(2)]);
      expect([a[0], b[0], c[0]]).toEqual([1, 1, 0]);
      optimizer.rebind([null, a], [null, b]);
      optimizer.step([f32(2), f32(2)]);
      expect([a[0], b[0], c[0]]).toEqual([0, 1, -1]);
    });
  });
}
