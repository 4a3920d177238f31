// What a step is told beside its gradients: the loss, the Hessian.
import { describe, expect, it, test } from 'vitest';
import {
  Adafactor,
  AdaHessian,
  Adam,
  AdamW,
  GradientError,
  LAMB,
  MoMo,
  OptionError,
  PolyakSGD,
  SGD,
  ShapeError,
  Sophia,
} from '../src/index.js';
import { onEachBackend } from './rules/trajectory.js';

const g = Float64Array.of(2);

describe('the loss', () => {
  onEachBackend(backend => {
    it.each([
      ['text', '1', /^Expected an object such as { loss } beside the gradients, got "1"/],
      ['null', null, /got null/],
      ['a list', [1], /such as { loss }/],
      ['a Map', new Map([['loss', 1]]), /such as { loss }/],
      [
        'another name',
        { los: 1 },
        /^Expected { loss }, { hessian } or { gradientScale } beside the gradients, got "los"; did you mean loss\?/,
      ],
      ['a name too much', { loss: 1, lr: 2 }, /got "lr"/],
      [
        'no number',
        { loss: '1' },
        /^Expected a number for loss(, since MoMo goes by it: step\(grads, { loss }\))?, got "1"/,
      ],
      ['a function', { loss: () => 1 }, /^Expected a number for loss/],
    ])('is refused as %s, and nothing changes', async (_, told, message) => {
      for (const Class of [Adam, MoMo]) {
        const p = Float64Array.of(3);
        const optimizer = new Class([p], { backend });
        const refused = (step: () => unknown) => {
          expect(step).toThrow(OptionError);
          expect(step).toThrow(message);
        };
        refused(() => optimizer.step([g], told as never));
        await expect(optimizer.stepAsync([g], told as never)).rejects.toThrow(message);
        expect([p[0], optimizer.steps]).toEqual([3, 0]);
      }
    });

    test('must be there for what goes by it', () => {
      const optimizer = new PolyakSGD([Float64Array.of(3)], { backend });
      const message =
        'Expected a number for loss, since PolyakSGD goes by it: step(grads, { loss }), got none';
      for (const told of [undefined, {}, { loss: undefined }])
        expect(() => optimizer.step([g], told as never)).toThrow(message);
    });

    test('changes nothing for others, and is of its own step alone', () => {
      const [a, b] = [Float64Array.of(3), Float64Array.of(3)];
      new Adam([a], { backend }).step([g], { loss: Number.NaN });
      new Adam([b], { backend }).step([g]);
      expect(a).toEqual(b);
      const optimizer = new PolyakSGD([a], { backend });
      optimizer.step([g], { loss: 1 });
      expect(() => optimizer.step([g], {} as never)).toThrow(OptionError);
    });

    test('is read once, by a getter that cannot step', () => {
      const p = Float64Array.of(3);
      const optimizer = new PolyakSGD([p], { backend });
      let asked = 0;
      const told = {
        get loss() {
          asked++;
          expect(() => optimizer.step([g], { loss: 1 })).toThrow(/between steps/);
          return 2;
        },
      };
      optimizer.step([g], told);
      expect([asked, p[0]]).toEqual([1, 2]);
    });

    test.each([Number.NaN, Infinity, -Infinity])('that is %s does what nonFinite says', loss => {
      const stepped = (nonFinite: 'propagate' | 'skip' | 'throw') => {
        const p = Float64Array.of(3);
        const optimizer = new PolyakSGD([p], { backend, nonFinite });
        const before = optimizer.steps;
        try {
          optimizer.step([g], { loss });
        } catch (error) {
          expect(error).toBeInstanceOf(GradientError);
          expect(String(error)).toContain(`Expected a finite number for loss, got ${loss}`);
          return [p[0], 'thrown'];
        }
        return [p[0], optimizer.steps - before];
      };
      expect(stepped('skip')).toEqual([3, 0]);
      expect(stepped('throw')).toEqual([3, 'thrown']);
      // No more than maxLr; downwards there is no end.
      expect(stepped('propagate')).toEqual([
        loss === Infinity ? 1 : loss === -Infinity ? Infinity : Number.NaN,
        1,
      ]);
    });
  });
});

describe('the Hessian', () => {
  const h = Float64Array.of(3);
  const shared = (x: number) => new Float64Array(new SharedArrayBuffer(8)).fill(x);

  onEachBackend(backend => {
    const made = (options: object = {}) => {
      const p = [Float64Array.of(5), Float64Array.of(7)];
      return { p, optimizer: new Sophia(p, { backend, ...options }) };
    };

    it.each([
      ['another container', { a: h }, /^Expected hessian to be an array of 2, got/],
      ['a list of another length', [h], /^Expected hessian to be an array of 2, got one of 1/],
      ['a promise', Promise.resolve([h, h]), /^Expected hessian .*; await it/],
      [
        'another type',
        [Float32Array.of(1), null],
        /^Expected hessian\[0\] to be Float64Array\(1\) like params\[0\]/,
      ],
      ['another length', [null, new Float64Array(2)], /^Expected hessian\[1\] to be Float64Array\(1\)/],
    ])('is refused as %s, and nothing changes', async (_, hessian, message) => {
      const { p, optimizer } = made();
      const told = { hessian } as never;
      expect(() => optimizer.step([g, g], told)).toThrow(ShapeError);
      expect(() => optimizer.step([g, g], told)).toThrow(message);
      await expect(optimizer.stepAsync([g, g], told)).rejects.toThrow(message);
      expect(p).toEqual([Float64Array.of(5), Float64Array.of(7)]);
      expect(optimizer.stateDict().state).toEqual({});
    });

    test('must not overlap a parameter, nor have lost its memory', () => {
      const { p, optimizer } = made();
      expect(() => optimizer.step([g, g], { hessian: [p[1]!, null] })).toThrow(/memory of its own/);
      const gone = Float64Array.of(1);
      structuredClone(gone.buffer, { transfer: [gone.buffer] });
      expect(() => optimizer.step([g, g], { hessian: [gone, null] })).toThrow(/hessian\[0\]/);
    });

    test('stands beside a gradient', () => {
      const { optimizer } = made();
      expect(() => optimizer.step([g, null], { hessian: [h, h] })).toThrow(
        'Expected grads[1] beside hessian[1], got none; leave out both, or give both',
      );
    });

    test('must be there at the first step of a tensor, for what divides by its root', () => {
      const p = { a: Float64Array.of(1), b: Float64Array.of(1) };
      const optimizer = new AdaHessian(p, { backend });
      const message =
        /^Expected hessian.b at the first step of params.b, since AdaHessian divides by its root/;
      optimizer.step({ a: g }, { hessian: { a: h } });
      optimizer.step({ a: g });
      expect(() => optimizer.step({ a: g, b: g })).toThrow(OptionError);
      expect(() => optimizer.step({ a: g, b: g }, { hessian: { a: h } })).toThrow(message);
      optimizer.step({ a: g, b: g }, { hessian: { b: h } });
      expect(optimizer.steps).toBe(3);
    });

    test('changes the average of its own tensors and steps alone', () => {
      const { optimizer } = made({ betas: [0.5, 0.5] });
      const averages = () =>
        Object.values(optimizer.stateDict().state).map(s => (s.hessian_ema as Float64Array)[0]);
      optimizer.step([g, g], { hessian: [h, null] });
      expect(averages()).toEqual([1.5, 0]);
      optimizer.step([g, g]);
      optimizer.step([g, g], { hessian: null });
      expect(averages()).toEqual([1.5, 0]);
      optimizer.step([g, g], { hessian: [null, h] });
      expect(averages()).toEqual([1.5, 1.5]);
    });

    test('is scaled and turned like the gradients, and clipped by none of their norms', () => {
      const { optimizer } = made({ betas: [0.5, 0.5], gradientScale: 0.5, maximize: true, clipNorm: 1e-3 });
      optimizer.step([g, g], { hessian: [h, h] });
      expect(optimizer.stateDict().state[0]!.hessian_ema).toEqual(Float64Array.of(-0.75));
    });

    test('that is not finite does what nonFinite says', () => {
      const bad = Float64Array.of(Number.NaN);
      const skipping = made({ nonFinite: 'skip' });
      skipping.optimizer.step([g, g], { hessian: [h, bad] });
      expect([skipping.optimizer.steps, ...skipping.p]).toEqual([0, Float64Array.of(5), Float64Array.of(7)]);
      const throwing = made({ nonFinite: 'throw' });
      const step = () => throwing.optimizer.step([g, g], { hessian: [h, bad] });
      expect(step).toThrow(GradientError);
      expect(step).toThrow(/^Expected hessian\[1\] to have finite numbers, got NaN at \[0\]/);
      expect(throwing.p).toEqual([Float64Array.of(5), Float64Array.of(7)]);
      throwing.optimizer.step([g, g], { hessian: [h, h] });
      expect(throwing.optimizer.steps).toBe(1);
    });

    test('changes nothing for others', () => {
      const [a, b] = [Float64Array.of(3), Float64Array.of(3)];
      new Adam([a], { backend }).step([g], { hessian: 'anything' });
      new Adam([b], { backend }).step([g]);
      expect(a).toEqual(b);
    });

    test('has the same bits on another thread, and must have memory that stays', async () => {
      const [here, there] = [made(), [shared(5), shared(7)]];
      const optimizer = new Sophia(there, { backend });
      for (const hessian of [[3, -2], null, [1, 1]]) {
        here.optimizer.step([g, g], { hessian: hessian?.map(x => Float64Array.of(x)) });
        await optimizer.stepAsync([shared(2), shared(2)], { hessian: hessian?.map(shared) ?? null });
      }
      expect(there.map(x => [...x])).toEqual(here.p.map(x => [...x]));
      if (backend === 'native')
        await expect(optimizer.stepAsync([shared(2), shared(2)], { hessian: [h, h] })).rejects.toThrow(
          /^Expected hessian\[0\] to have memory that cannot be taken away/,
        );
    });
  });
});

describe('the scale of a step', () => {
  onEachBackend(backend => {
    const scales = [0.5, -2, 1, 1 / 65_536, 0];
    it.each([
      ['Adam', {}],
      ['AdamW', { clipNorm: 0.3, maximize: true }],
      ['SGD', { cautious: true, momentum: 0.9, nonFinite: 'skip' }],
      ['LAMB', { weightDecay: 0.1 }],
      ['Adafactor', { shapes: [[2, 3]] }],
    ] as const)('is to %s what the option is, for that step alone: %o', async (name, options) => {
      const classes = { Adam, AdamW, SGD, LAMB, Adafactor };
      const make = (gradientScale: number | ((t: number) => number)) => {
        const p = new Float32Array(new SharedArrayBuffer(24));
        p.set([1, -2, 3, 0.5, -0.25, 4]);
        const Class = classes[name] as typeof Adam;
        return { p, optimizer: new Class([p], { ...options, gradientScale, backend } as never) };
      };
      const [told, now, later] = [make(t => scales[t - 1]!), make(3), make(3)];
      for (let t = 0; t < scales.length; t++) {
        const g = new Float32Array(new SharedArrayBuffer(24));
        g.set([0.1, 0.2, -0.3, t, -1, 2]);
        told.optimizer.step([g]);
        now.optimizer.step([g], { gradientScale: scales[t]! });
        await later.optimizer.stepAsync([g], { gradientScale: scales[t]! });
        for (const { p, optimizer } of [now, later]) {
          expect(p).toEqual(told.p);
          expect(optimizer.gradientNorm).toBe(told.optimizer.gradientNorm);
          expect(optimizer.numbers[0]!.gradientScale).toBe(3);
        }
      }
      expect(now.optimizer.stateDict().state).toEqual(told.optimizer.stateDict().state);
      expect(now.optimizer.stateDict().param_groups[0]!.gradient_scale).toBe(3);
      const [before, next] = [make(3), make(3)];
      next.optimizer.step([Float32Array.of(1, 1, 1, 1, 1, 1)], { gradientScale: 3 });
      before.optimizer.step([Float32Array.of(1, 1, 1, 1, 1, 1)]);
      expect(next.p).toEqual(before.p);
    });

    it.each([
      ['a text', '1', 'Expected a number for gradientScale, got "1"'],
      ['no number', Number.NaN, 'Expected a finite number for gradientScale, got NaN'],
      ['an infinity', Number.POSITIVE_INFINITY, 'Expected a finite number for gradientScale, got Infinity'],
      ['what float32 does not hold', 1e300, 'Expected gradientScale to be finite in float32'],
    ])('is refused as %s, and nothing changes', async (_, gradientScale, message) => {
      const arrays = [Float64Array.of(3), Float32Array.of(3)];
      // The first group could take the last one, and goes back with the other.
      const optimizer = new Adam(
        arrays.map(p => ({ params: [p] })),
        { backend, lr: t => 1 / t },
      );
      const step = () => optimizer.step([[g], [Float32Array.of(2)]] as never, { gradientScale } as never);
      expect(step).toThrow(OptionError);
      expect(step).toThrow(message);
      expect([arrays[0]![0], arrays[1]![0], optimizer.steps]).toEqual([3, 3, 0]);
      expect(optimizer.numbers.map(numbers => numbers.gradientScale)).toEqual([1, 1]);
    });

    test('is gone after a step that did not happen', () => {
      const optimizer = new Adam([Float64Array.of(3)], { backend, nonFinite: 'skip', lr: t => 1 / t });
      optimizer.step([Float64Array.of(Number.NaN)], { gradientScale: 5 });
      expect([optimizer.steps, optimizer.numbers[0]!.gradientScale]).toEqual([0, 1]);
      expect(() => optimizer.step([Float64Array.of(1, 2)], { gradientScale: 5 })).toThrow(ShapeError);
      expect(optimizer.numbers[0]!.gradientScale).toBe(1);
      optimizer.step([g], {});
      expect(optimizer.gradientNorm).toBe(2);
    });
  });
});
