// Steps on another thread: the same bits, over memory that cannot be taken away, and nobody in between.
import { createHook } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { Adam, MovingAverage, Nesterov, SGD } from '../src/index.js';
import { nodePinning } from '../src/node/pinning.js';
import { defaultsOf } from '../src/rule.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, given, type Loose } from './every-optimizer.js';

type FloatArray = Float32Array | Float64Array;

/** An array like this one over shared memory. */
function shared<A extends FloatArray>(array: A): A {
  const Class = array.constructor as new (buffer: SharedArrayBuffer) => A;
  const copy = new Class(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

const f32 = (...values: number[]) => shared(Float32Array.from(values));
const f64 = (...values: number[]) => shared(Float64Array.from(values));
const plain = <A extends FloatArray>(array: A): A => array.slice() as A;

const wave = (length: number, speed: number): number[] =>
  Array.from({ length }, (_, i) => Math.round(1000 * Math.sin(i * speed + 1)) / 256);

const long = (speed: number) => shared(Float32Array.from(wave(300_000, speed)));

const waysToStep = {
  step: async (optimizer: Loose, grads: unknown) => optimizer.step(given(optimizer, grads)),
  stepAsync: (optimizer: Loose, grads: unknown) => optimizer.stepAsync(given(optimizer, grads)),
};

const code = (name: string) => expect.objectContaining({ code: `ERR_LANESTEP_${name}` });

for (const backend of ['native', 'wasm'] as const) {
  const missing = backend === 'native' ? nativeMissing : null;
  describe.skipIf(missing !== null)(`${backend}${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
    const settings = { backend, lr: 0.1 };

    it.each(everyOptimizer.map(entry => [entry.rule.name, entry] as const))(
      '%s has the bits of step',
      async (_, { rule, make }) => {
        const results = [];
        for (const way of Object.values(waysToStep)) {
          const params = { w: f32(...wave(1037, 0.7)), b: f64(...wave(67, 0.3)), out: f32(1, 2, 3) };
          const own = 'lr' in defaultsOf(rule) ? { lr: (t: number) => 0.01 / t } : {};
          const optimizer = make(params, { backend, ...own });
          for (let t = 1; t <= 5; t++) {
            await way(optimizer, {
              w: f32(...wave(1037, t / 9)),
              b: t === 3 ? null : f64(...wave(67, t)),
            });
          }
          results.push([Object.values(params).map(plain), optimizer.steps, optimizer.stateDict()]);
        }
        expect(results[1]).toEqual(results[0]);
        expect(results[0]![1]).toBe(5);
      },
    );

    it('works on many threads, in several groups, from one place to another', async () => {
      const results = [];
      for (const way of Object.values(waysToStep)) {
        const groups = [{ params: { w: long(0.01) } }, { params: [f64(1, 2)], lr: 0.5 }];
        const optimizer = new Adam(groups, { ...settings, weightDecay: 0.1, maximize: true });
        const grads = [{ w: long(0.02) }, [f64(3, 4)]];
        await way(optimizer as unknown as Loose, grads);
        const to = [{ w: long(0) }, [f64(0, 0)]];
        optimizer.rebind(to as never, groups.map(({ params }) => params) as never);
        await way(optimizer as unknown as Loose, grads);
        results.push([to, groups, optimizer.stateDict()]);
      }
      expect(results[1]).toEqual(results[0]);
    });

    it('lets nobody in before it is over, and then everybody', async () => {
      const p = f32(1, 2, 3);
      const optimizer = new Adam([p], settings);
      const twin = new Adam([f32(1, 2, 3)], settings);
      const grads = [f32(0.1, 0.2, 0.3)] as const;
      await optimizer.stepAsync(grads);
      twin.step(grads);
      const before = optimizer.stateDict();
      const under = optimizer.stepAsync(grads);
      const refused = code('BUSY');
      expect(() => optimizer.step(grads)).toThrow(refused);
      const second = optimizer.stepAsync(grads);
      expect(() => optimizer.stateDict()).toThrow(refused);
      expect(() => optimizer.loadStateDict(before)).toThrow(refused);
      expect(() => optimizer.set({ lr: 1 })).toThrow(refused);
      expect(() => {
        optimizer.groups[0]!.lr = 1;
      }).toThrow(refused);
      expect(() => optimizer.rebind([f32(0, 0, 0)])).toThrow(refused);
      expect(() => optimizer.dispose()).toThrow(refused);
      expect(optimizer.steps).toBe(1);
      expect(optimizer.groups[0]!.lr).toBe(0.1);
      await expect(second).rejects.toThrow(refused);
      await under;
      twin.step(grads);
      expect(optimizer.stateDict()).toEqual(twin.stateDict());
      optimizer.step(grads);
      twin.step(grads);
      expect(optimizer.stateDict()).toEqual(twin.stateDict());
      optimizer.dispose();
      await expect(optimizer.stepAsync(grads)).rejects.toThrow(code('DISPOSED'));
    });

    it('has as many under way as there are optimizers', async () => {
      const grads = [f32(...wave(50_000, 0.2))] as const;
      const begin = () => Array.from({ length: 12 }, (_, k) => f32(...wave(50_000, k)));
      const [params, twins] = [begin(), begin()];
      const optimizers = params.map(p => new SGD([p], settings));
      for (let t = 0; t < 3; t++) await Promise.all(optimizers.map(optimizer => optimizer.stepAsync(grads)));
      for (const twin of twins) {
        const optimizer = new SGD([twin], settings);
        for (let t = 0; t < 3; t++) optimizer.step(grads);
      }
      expect(params).toEqual(twins);
    });

    it('refuses memory that could be taken away, and says what to do', async () => {
      const p = f32(1, 2, 3);
      const ordinary = Float32Array.of(1, 2, 3);
      const grads = [Float32Array.of(1, 1, 1)];
      const optimizer = new SGD([p], { ...settings, momentum: 0.9 });
      await expect(optimizer.stepAsync(grads)).rejects.toThrow(
        /grads\[0\].*SharedArrayBuffer.*untransferable: true/,
      );
      await expect(optimizer.stepAsync(grads)).rejects.toThrow(code('PINNED'));
      await expect(new SGD([ordinary], settings).stepAsync([p])).rejects.toThrow(/params\[0\]/);
      optimizer.rebind([p], [ordinary]);
      await expect(optimizer.stepAsync([f32(1, 1, 1)])).rejects.toThrow(/from\[0\]/);
      expect([...p, ...ordinary]).toEqual([1, 2, 3, 1, 2, 3]);
      expect(optimizer.steps).toBe(0);
      expect(optimizer.stateDict().state).toEqual({});
      optimizer.step(grads);
      expect(p[0]).toBeCloseTo(0.9);
    });

    it.each([{}, { clipNorm: 9 }])('works with no memory of what has no gradient: %j', async options => {
      const [p, q, from] = [f32(0, 0), Float32Array.of(1, 2), Float32Array.of(5, 6)];
      const optimizer = new SGD([f32(1, 2), q], { ...settings, ...options, lr: 1 });
      optimizer.rebind([null, p], [null, from]);
      for (const grad of [f32(0, 0), null]) await optimizer.stepAsync([grad, null]);
      expect([...p]).toEqual([0, 0]);
      await expect(optimizer.stepAsync([null, f32(1, 1)])).rejects.toThrow(code('PINNED'));
      optimizer.step([null, f32(1, 1)]);
      expect([...p]).toEqual([4, 5]);
    });

    it('changes nothing where a schedule throws or a shape is wrong', async () => {
      const p = f32(1, 2, 3);
      let fails = true;
      const lr = () => {
        if (fails) throw new Error('no rate');
        return 0.1;
      };
      fails = false;
      const optimizer = new SGD([p], { backend, lr });
      fails = true;
      await expect(optimizer.stepAsync([f32(1, 1, 1)])).rejects.toThrow('no rate');
      fails = false;
      await expect(optimizer.stepAsync([f32(1, 1)])).rejects.toThrow(code('LENGTH'));
      expect([...p]).toEqual([1, 2, 3]);
      expect(optimizer.steps).toBe(0);
      await optimizer.stepAsync([f32(1, 1, 1)]);
      expect(optimizer.steps).toBe(1);
      optimizer.set({ lr: t => 1 / t });
      await optimizer.stepAsync([f32(0, 0, 0)]);
      await expect(optimizer.stepAsync([f32(1, 1)])).rejects.toThrow(code('LENGTH'));
      expect(optimizer.numbers[0]!.lr).toBe(1 / 2);
    });

    it('Nesterov waits for the gradients at the point ahead, and goes back where there are none', async () => {
      const p = f32(1, 2, 3);
      const twin = f32(1, 2, 3);
      const optimizer = new Nesterov({ p }, settings);
      const other = new Nesterov({ p: twin }, settings);
      const gradients = (at: Float32Array) => ({ p: f32(...at.map(x => x * x)) });
      for (let t = 0; t < 3; t++) {
        await optimizer.stepAsync(async () => {
          await new Promise(setImmediate);
          expect(() => optimizer.step(() => ({}))).toThrow(code('BUSY'));
          return gradients(p);
        });
        other.step(() => gradients(twin));
      }
      expect(p).toEqual(twin);
      const before = [...p];
      const state = optimizer.stateDict();
      await expect(optimizer.stepAsync(() => Promise.reject(new Error('no gradients')))).rejects.toThrow(
        'no gradients',
      );
      await expect(optimizer.stepAsync(() => ({ p: Float32Array.of(1, 2, 3) }))).rejects.toThrow(
        code('PINNED'),
      );
      await optimizer.stepAsync(async () => ({}));
      expect([...p]).toEqual(before);
      expect(optimizer.steps).toBe(4);
      expect(optimizer.stateDict().state).toEqual(state.state);
      await optimizer.stepAsync(() => gradients(p));
      other.step(() => ({}));
      other.step(() => gradients(twin));
      expect(p).toEqual(twin);
    });

    it('Nesterov over memory that could be taken away does not begin', async () => {
      const p = Float32Array.of(1, 2, 3);
      const optimizer = new Nesterov({ p }, settings);
      const other = Float32Array.of(1, 2, 3);
      const twin = new Nesterov({ p: other }, settings);
      await expect(optimizer.stepAsync(() => ({ p: f32(1, 1, 1) }))).rejects.toThrow(code('PINNED'));
      expect([...p]).toEqual([1, 2, 3]);
      for (let t = 0; t < 2; t++)
        for (const each of [optimizer, twin]) each.step(() => ({ p: f32(1, 1, 1) }));
      expect(p).toEqual(other);
    });

    const why = nodePinning.missing;
    it.skipIf(why === null)('refuses untransferable: true where a mark does not hold', () => {
      const make = () => new SGD([f32(1)], { ...settings, untransferable: true });
      expect(make).toThrow(code('BACKEND'));
      expect(make).toThrow(/SharedArrayBuffer/);
    });

    it.skipIf(why !== null)(
      `makes ordinary memory untransferable where it may${why === null ? '' : ` (skipped: ${why})`}`,
      async () => {
        const p = Float32Array.of(1, 2, 3);
        const g = Float32Array.of(1, 1, 1);
        const optimizer = new SGD([p], { ...settings, untransferable: true });
        // What is refused for another reason is not marked.
        await expect(optimizer.stepAsync([Float32Array.of(1)])).rejects.toThrow(code('LENGTH'));
        expect(structuredClone(p.buffer, { transfer: [p.buffer] }).byteLength).toBe(12);
        const kept = Float32Array.of(1, 2, 3);
        optimizer.rebind([kept]);
        for (let t = 0; t < 2; t++) await optimizer.stepAsync([g]);
        expect(kept[0]).toBeCloseTo(0.8);
        for (const { buffer } of [kept, g]) {
          expect(() => structuredClone(buffer, { transfer: [buffer] })).toThrow();
          expect(() => (buffer as ArrayBuffer & { transfer(): unknown }).transfer()).toThrow();
        }
        // Another optimizer may use what is marked already.
        await new SGD([kept], { ...settings, untransferable: true }).stepAsync([g]);
      },
    );

    it.skipIf(why !== null)('takes no memory that a mark does not protect', async () => {
      const { WebAssembly } = globalThis as unknown as {
        WebAssembly: { Memory: new (of: object) => { buffer: ArrayBuffer } };
      };
      const wasm = new Float32Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, 3);
      const p = Float32Array.of(1, 2, 3);
      const optimizer = new SGD([p], { ...settings, untransferable: true });
      await expect(optimizer.stepAsync([wasm])).rejects.toThrow(/grads\[0\].*WebAssembly\.Memory/);
      // The others were not marked either.
      expect(structuredClone(p.buffer, { transfer: [p.buffer] }).byteLength).toBe(12);
    });

    it('wants true or false for untransferable', () => {
      expect(() => new SGD([f32(1)], { ...settings, untransferable: 1 as never })).toThrow(
        /untransferable, got 1/,
      );
    });
  });
}

it.skipIf(nativeMissing !== null)('the native step is under way while JavaScript goes on', async () => {
  const begun: string[] = [];
  const hook = createHook({ init: (_, type) => begun.push(type) }).enable();
  const optimizer = new Adam([f32(...wave(100, 1))], { backend: 'native' });
  const under = optimizer.stepAsync([f32(...wave(100, 2))]);
  hook.disable();
  expect(begun).toContain('lanestep.step');
  await under;
});

it('a moving average goes on between asynchronous steps', async () => {
  const p = f32(1, 2, 3);
  const average = new MovingAverage([p], { decay: 0.5, initial: 'params' });
  const optimizer = new SGD([p], { lr: 1 });
  await optimizer.stepAsync([f32(1, 1, 1)]);
  average.update();
  expect([...average.values[0]!]).toEqual([0.5, 1.5, 2.5]);
});
