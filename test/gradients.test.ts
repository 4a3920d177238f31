// What is looked at before a step: the norm of all gradients, which they may be clipped by, and whether they are finite.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Adam, AdamW, GradientError, Nesterov, SGD, ShapeError } from '../src/index.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, given, step } from './every-optimizer.js';
import { noise, sameBits, sameState } from './walk.js';

const backends = (['native', 'wasm'] as const).filter(name => name === 'wasm' || !nativeMissing);
const lengths = [1, 8, 0, 100, 5000, 20_000];
const params = () =>
  lengths.map((length, i) => noise(i % 2 ? new Float64Array(length) : new Float32Array(length), i + 1));
const gradients = (seed: number) =>
  lengths.map((length, i) => noise(i % 2 ? new Float64Array(length) : new Float32Array(length), seed + i));
type Arrays = ReturnType<typeof params>;
const copies = (arrays: Arrays) => arrays.map(array => array.slice()) as Arrays;
const same = (actual: Arrays, expected: Arrays, where: string) =>
  actual.forEach((array, i) => {
    sameBits(array, expected[i]!, `${where}: ${i}`);
  });

/** As PyTorch writes it, over a sum that is added up one by one. */
const normOf = (arrays: readonly (Float32Array | Float64Array | null)[]): number =>
  Math.sqrt(arrays.flatMap(array => [...(array ?? [])]).reduce((sum, g) => sum + g * g, 0));

describe.each(backends)('%s', backend => {
  describe('clipNorm', () => {
    it('multiplies by clipNorm / (norm + 1e-6), whatever the optimizer', () => {
      // A Hessian is scaled, but not clipped.
      for (const { name, make } of everyOptimizer.filter(({ rule }) => !rule.byHessian)) {
        const [clipped, scaled, mine] = [params(), params(), gradients(50)];
        const one = make(clipped, { backend, clipNorm: 0.75, maximize: true });
        const other = make(scaled, { backend, maximize: true });
        for (let t = 0; t < 3; t++) {
          step(one, mine);
          const norm = one.gradientNorm!;
          expect(Math.abs(norm / normOf(mine) - 1), name).toBeLessThan(1e-12);
          other.set({ gradientScale: 0.75 / (norm + 1e-6) } as object);
          step(other, mine);
        }
        expect([other.gradientNorm, other.report]).toEqual([null, null]);
        same(clipped, scaled, name);
        sameState(one, other, name);
      }
    });

    it('lets shorter ones through with their bits, and clips by what each group says', () => {
      const all = params();
      const alone = copies(all);
      const [near, far] = [
        { params: all.slice(0, 3), clipNorm: 1e9 },
        { params: all.slice(3), clipNorm: 0.5 },
      ];
      const optimizer = new AdamW([near, far], { backend, gradientScale: 3 });
      const mine = gradients(60);
      const norm = 3 * normOf(mine);
      const [free, bound] = [
        new AdamW(alone.slice(0, 3), { backend, gradientScale: 3 }),
        new AdamW(alone.slice(3), { backend }),
      ];
      optimizer.step([mine.slice(0, 3), mine.slice(3)]);
      expect(Math.abs(optimizer.gradientNorm! / norm - 1)).toBeLessThan(1e-12);
      free.step(mine.slice(0, 3));
      bound.set({ gradientScale: 3 * (0.5 / (optimizer.gradientNorm! + 1e-6)) });
      bound.step(mine.slice(3));
      same(all, alone, 'groups');
      const { gradientNorm } = optimizer;
      const clipFactors = [1, 0.5 / (gradientNorm! + 1e-6)];
      expect(optimizer.report).toEqual({ gradientNorm, clipFactors, skipped: null });
      // What a reader does to it reaches nobody.
      (optimizer.report!.clipFactors as number[])[0] = 7;
      expect(optimizer.report!.clipFactors).toEqual(clipFactors);
    });

    it('counts no gradient that is not there, and takes functions of the step', () => {
      const all = params();
      const seen: number[] = [];
      const optimizer = new SGD(all, {
        backend,
        clipNorm: t => {
          seen.push(t);
          return t;
        },
      });
      const mine = gradients(70).map((array, i) => (i === 4 ? null : array));
      optimizer.step(mine);
      optimizer.step(mine);
      expect(seen).toEqual([1, 1, 2]);
      expect(Math.abs(optimizer.gradientNorm! / normOf(mine) - 1)).toBeLessThan(1e-12);
      optimizer.step(mine.map(() => null));
      expect(optimizer.gradientNorm).toBe(0);
      optimizer.set({ clipNorm: null });
      optimizer.step(mine);
      expect(optimizer.gradientNorm).toBe(0);
    });

    it('has the same norm in every state of the tensors, and NaN for what PyTorch makes NaN', () => {
      const all = [Float32Array.of(1, 2), Float32Array.of(3)];
      const optimizer = new SGD(all, { backend, clipNorm: 1 });
      optimizer.step([Float32Array.of(1, Number.NaN), Float32Array.of(1)]);
      expect(optimizer.gradientNorm).toBeNaN();
      expect(all.map(array => [...array])).toEqual([[Number.NaN, Number.NaN], [Number.NaN]]);
    });
  });

  describe('nonFinite', () => {
    const wrong = [Number.NaN, Infinity, -Infinity];

    it.each(wrong)('skip: with %d nothing changes and no step is counted, whatever the optimizer', value => {
      for (const { name, make } of everyOptimizer) {
        const [all, twins] = [params(), params()];
        const seen: number[] = [];
        const lr = (t: number) => {
          seen.push(t);
          return 0.01 / t;
        };
        const one = make(all, { backend, nonFinite: 'skip', lr });
        const other = make(twins, { backend, lr: (t: number) => 0.01 / t });
        for (let t = 0; t < 3; t++) {
          const bad = gradients(80 + t);
          bad[4]![17] = value;
          const [before, state] = [copies(all), one.stateDict()];
          step(one, bad);
          same(all, before, name);
          expect(isDeepStrictEqual(one.stateDict(), state), name).toBe(true);
          expect(Number.isFinite(one.gradientNorm), name).toBe(false);
          expect(one.report!.skipped, name).toBe(`grads[4][17] is ${value}`);
          for (const optimizer of [one, other]) step(optimizer, gradients(90 + t));
          expect(one.report!.skipped, name).toBeNull();
        }
        same(all, twins, name);
        expect(one.steps).toBe(3);
      }
    });

    it('throw: names the tensor and the element, and changes nothing, also awaited and with a closure', async () => {
      const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length)).fill(1);
      for (const Class of [Adam, Nesterov]) {
        const all = { w: shared(10), b: shared(5000) };
        const bad = { w: shared(10), b: shared(5000) };
        bad.b[4321] = -Infinity;
        const optimizer = new Class(all, { backend, nonFinite: 'throw' });
        const what = given(optimizer as never, bad) as never;
        const error = (() => {
          try {
            optimizer.step(what);
          } catch (thrown) {
            return thrown;
          }
          return null;
        })();
        expect(error).toBeInstanceOf(GradientError);
        expect(error).toMatchObject({ code: 'ERR_LANESTEP_NONFINITE' });
        expect((error as Error).message).toMatch(/grads\.b .*-Infinity at \[4321\]/);
        await expect(optimizer.stepAsync(what)).rejects.toBeInstanceOf(GradientError);
        expect([...all.w, ...all.b].every(x => x === 1)).toBe(true);
        expect(optimizer.stateDict()).toMatchObject({ state: {}, steps: 0 });
      }
    });

    it('lets doubles pass whose squares are infinite', () => {
      const all = [Float64Array.of(1)];
      const optimizer = new SGD(all, { backend, nonFinite: 'throw', lr: 1e-200 });
      optimizer.step([Float64Array.of(1e200)]);
      expect(all[0]![0]).toBe(0);
      expect(optimizer.gradientNorm).toBe(Infinity);
    });

    it('leaves what is on its way where it was', () => {
      const from = [Float32Array.of(1, 2)];
      const to = [Float32Array.of(7, 8)];
      for (const Class of [Adam, Nesterov]) {
        const optimizer = new Class([from[0]!.slice()], { backend, nonFinite: 'skip', lr: 1 });
        optimizer.rebind(to, from);
        optimizer.step(given(optimizer as never, [Float32Array.of(1, Number.NaN)]) as never);
        expect([...to[0]!, ...from[0]!]).toEqual([7, 8, 1, 2]);
        optimizer.step(given(optimizer as never, [Float32Array.of(1, -1)]) as never);
        expect([...to[0]!].map(Math.round)).toEqual([0, 3]);
        to[0]!.set([7, 8]);
      }
    });
  });

  it.each([
    ['a step that was skipped', { nonFinite: 'skip' }, null],
    ['a step that threw', { nonFinite: 'throw' }, GradientError],
    ['a step whose memory was refused', { clipNorm: 1 }, ShapeError],
  ])('leaves nothing behind when it is switched off: %s', async (_, option, refused) => {
    for (const { name, make } of everyOptimizer) {
      const [all, twins] = [params(), params()];
      const [one, other] = [make(all, { backend, ...option }), make(twins, { backend })];
      const off = { clipNorm: null, nonFinite: 'propagate' } as const;
      for (let t = 0; t < 2; t++) {
        one.set(option as object);
        const bad = gradients(40).map(array => array.fill(Number.NaN));
        // Over memory that can be taken away, as another thread does not have it.
        const run = async () => (refused === ShapeError ? one.stepAsync(given(one, bad)) : step(one, bad));
        if (refused === null) await run();
        else await expect(run(), name).rejects.toBeInstanceOf(refused);
        one.set(off as object);
        for (const optimizer of [one, other]) step(optimizer, gradients(90 + t));
        same(all, twins, name);
      }
    }
  });
});
