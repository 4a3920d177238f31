import { describe, expect, test } from 'vitest';
import { MovingAverage, OptionError, StateError, StochasticWeightAverage } from '../../src/index.js';
import { expectNear, expectWithin, golden, onEachBackend, tensors, waves } from './trajectory.js';

onEachBackend(backend => {
  describe('by hand', () => {
    // 4, then 4/2 + 8/2 = 6, then 6/2 + 1/2
    test('the average starts from the parameters at construction, if asked', () => {
      const param = Float64Array.of(4, -4);
      const average = new MovingAverage([param], { decay: 0.5, initial: 'params', backend });
      expect([...average.values[0]!]).toEqual([4, -4]);
      param.set([8, 8]);
      average.update();
      expect([...average.values[0]!]).toEqual([6, 2]);
      param.set([1, 0]);
      average.update();
      expect([...average.values[0]!]).toEqual([3.5, 1]);
      expect([...param]).toEqual([1, 0]);
      expect(average.steps).toBe(2);
    });

    // (1 - 1/4) 3 + 1/4 · 8, and the same again
    test("initial 'params' and a number", () => {
      const param = Float64Array.of(8);
      const own = new MovingAverage([param], { decay: 0.75, initial: 'params', backend });
      const three = new MovingAverage([param], { decay: 0.75, initial: 3, backend });
      expect([own.values[0]![0], three.values[0]![0]]).toEqual([8, 3]);
      own.update();
      three.update();
      expect([own.values[0]![0], three.values[0]![0]]).toEqual([8, 4.25]);
      three.update();
      expect(three.values[0]![0]).toBe(5.1875);
    });

    // 1; 0.9 + 0.2; 0.99 + 0.3
    test('the first update copies, whatever was there', () => {
      const param = Float64Array.of(0, Number.POSITIVE_INFINITY, Number.NaN, 5);
      const late: { w: Float64Array; b: Float32Array | null } = { w: param, b: Float32Array.of(7) };
      const average = new MovingAverage(late as { w: Float64Array; b: Float32Array }, {
        decay: 0.9,
        backend,
      });
      expect([...average.values.w, ...average.values.b]).toEqual([
        0,
        Number.POSITIVE_INFINITY,
        Number.NaN,
        5,
        7,
      ]);
      late.b = null;
      for (const [x, gives] of [
        [1, 1],
        [2, 1.1],
        [3, 1.29],
      ] as const) {
        param.fill(x);
        average.update();
        for (const value of average.values.w) expect(value).toBeCloseTo(gives, 15);
      }
      late.b = Float32Array.of(-0);
      average.update();
      expect(average.values.b[0]).toBe(-0);
    });

    interface Case {
      readonly name: string;
      readonly hyper: { readonly decay: number; readonly warmup: boolean };
      readonly params0: number[][];
      readonly inputs: number[][][];
      readonly steps: number[];
      readonly params: number[][][];
    }
    test.each(golden<{ cases: Case[] }>('moving-average-copy-first').cases)(
      "PyTorch's AveragedModel, $name",
      ({ hyper, params0, inputs, steps, params }) => {
        const list = tensors('float64', params0);
        const decay = hyper.warmup ? (t: number) => Math.min(hyper.decay, t / (t + 9)) : hyper.decay;
        const average = new MovingAverage(list, { decay, backend });
        inputs.forEach((input, i) => {
          for (const [k, one] of input.entries()) list[k]!.set(one);
          average.update();
          const at = steps.indexOf(i + 1);
          if (at < 0) return;
          for (const [k, value] of average.values.entries())
            expectWithin(
              value,
              params[at]![k]!,
              p => 1e-12 * Math.max(1, Math.abs(p)),
              `update ${i + 1}, ${k}`,
            );
        });
      },
    );

    // 0.999 · 0 + 0.001 · 5
    test('the default decay', () => {
      const average = new MovingAverage([Float64Array.of(5)], { initial: 0, backend });
      average.update();
      expectNear(average.values[0]!, [0.005]);
      expect(average.decay).toBe(0.999);
    });

    // m = 4/2 = 2, 1 + 8/2 = 5, 5/2 + 1/2 = 3; over 1 - 1/2, 1 - 1/4, 1 - 1/8: 4, 20/3, 24/7
    test('biasCorrection', () => {
      const param = Float64Array.of(4);
      const average = new MovingAverage([param], { decay: 0.5, biasCorrection: true, backend });
      const seen = [4, 8, 1].map(p => {
        param[0] = p;
        average.update();
        return average.values[0]![0]!;
      });
      expectNear(seen, [4, 20 / 3, 24 / 7]);
      const { average: m, decay_product } = average.stateDict().state[0]!;
      expect([m, decay_product]).toEqual([Float64Array.of(3), 0.125]);
    });

    // decay 0, 1/2, 1/4: 4, then 2 + 4 = 6, then 6/4 + 3/4
    test('decay as a function of the update', () => {
      const param = Float64Array.of(4);
      const decay = (t: number): number => [0, 0.5, 0.25][t - 1]!;
      const average = new MovingAverage([param], { decay, initial: 100, backend });
      const seen = [4, 8, 1].map(p => {
        param[0] = p;
        average.update();
        return average.values[0]![0]!;
      });
      expect(seen).toEqual([4, 6, 2.25]);
    });

    // decay 1/2, 1/4: m = 2, 1/2 + 6 = 6.5; what is left of the zero is 1/2, 1/8: 4, 6.5/(7/8)
    test('biasCorrection with a decay that changes divides by what is left of the zero', () => {
      const param = Float64Array.of(4);
      const average = new MovingAverage([param], { decay: t => 0.5 ** t, biasCorrection: true, backend });
      average.update();
      param[0] = 8;
      average.update();
      expectNear(average.values[0]!, [52 / 7]);
    });

    test('decay can be set', () => {
      const param = Float64Array.of(4);
      const average = new MovingAverage([param], { initial: 0, decay: 0.5, backend });
      average.decay = 0.75;
      average.update();
      expect([average.decay, average.values[0]![0]]).toEqual([0.75, 1]);
      expect(() => {
        average.decay = 1.5;
      }).toThrow(OptionError);
      expect(average.decay).toBe(0.75);
      average.decay = 1;
      param[0] = 1000;
      average.update();
      expect(average.values[0]![0]).toBe(1);
    });
  });

  describe('properties', () => {
    test('a constant parameter is its own average from the first update on, with biasCorrection', () => {
      const param = waves(3, 14);
      const single = Float32Array.from(param);
      const average = new MovingAverage({ param, single }, { biasCorrection: true, backend });
      for (let t = 0; t < 50; t++) {
        average.update();
        if (t === 0) expectNear(average.values.param, [...param]);
        expectWithin(average.values.param, param, p => 1e-13 * Math.abs(p), `update ${t + 1}, param`);
        // 1 - 0.999 has lost three digits, and float32 has seven.
        expectWithin(average.values.single, single, p => 1e-4 * Math.abs(p), `update ${t + 1}, single`);
      }
    });

    test('a constant parameter is its own average without it, too', () => {
      const param = waves(3, 14);
      const average = new MovingAverage([param], { backend });
      for (let t = 0; t < 50; t++) average.update();
      expectWithin(average.values[0]!, param, p => 1e-14 * Math.abs(p), 'values');
    });

    test('a decay of 1 - 1/t is the mean of all that was seen', () => {
      const param = new Float64Array(14);
      const average = new MovingAverage([param], { decay: t => 1 - 1 / t, backend });
      const sum = new Float64Array(14);
      for (let t = 1; t <= 20; t++) {
        param.set(waves(t, 14));
        average.update();
        sum.forEach((s, k) => {
          sum[k] = s + param[k]!;
        });
      }
      average.values[0]!.forEach((value, k) => {
        expect(value / (sum[k]! / 20)).toBeCloseTo(1, 10);
      });
    });
  });

  test('is exchanged with the parameters for an evaluation, and every bit is back', () => {
    const bits = (array: Float32Array | Float64Array) =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');
    const params = { w: new Float32Array(40_000), b: new Float64Array(3), none: new Float32Array(0) };
    params.w.forEach((_, i) => {
      params.w[i] = Math.sin(i);
    });
    new Uint32Array(params.w.buffer)[1] = 0x7fc12345;
    const average = new MovingAverage(params, { decay: 0.5, backend });
    average.update();
    params.w.fill(-0);
    params.b.fill(1 / 3);
    average.update();
    const all = () => [params.w, params.b, average.values.w, average.values.b].map(bits);
    const before = all();
    // A state has the options of an average, and none of a step.
    expect(Object.keys(average.stateDict().param_groups[0]!)).toEqual(['decay', 'bias_correction', 'params']);
    average.swap();
    expect(average.swapped).toBe(true);
    expect(all()).toEqual([before[2], before[3], before[0], before[1]]);
    for (const act of [
      () => average.update(),
      () => average.swap(),
      () => average.stateDict(),
      () => average.serialize(),
      () => {
        average.decay = 0.1;
      },
    ])
      expect(act).toThrow(StateError);
    average.swapBack();
    average.swapBack();
    expect(all()).toEqual(before);
    // The parameters may be others by now, or one of them twice; those that were taken come back.
    const two = { a: Float32Array.of(1), c: Float32Array.of(2) };
    const twice = new MovingAverage(two, { backend });
    const one = Float32Array.of(3);
    two.a = two.c = one;
    twice.swap();
    two.a = Float32Array.of(9);
    twice.dispose();
    expect([one[0], twice.values.a[0], twice.values.c[0]]).toEqual([3, 1, 2]);
    expect(average.update()).toBe(undefined);
    // One that lost its memory meanwhile keeps all where they are.
    average.swap();
    const out = bits(params.w);
    structuredClone(0, { transfer: [params.b.buffer] });
    expect(() => average.swapBack()).toThrow('params.b');
    expect([average.swapped, bits(params.w)]).toEqual([true, out]);
  });

  test('averages that lost their memory are refused by name, and nothing changes', () => {
    const params = { w: Float64Array.of(4), b: Float32Array.of(2) };
    const average = new MovingAverage(params, { decay: 0.5, backend });
    average.update();
    const saved = average.stateDict();
    saved.values.b!.fill(9);
    saved.param_groups[0]!.decay = 0.25;
    const { param_groups } = saved;
    const taking = { ...saved, steps: 7 };
    Object.defineProperty(taking, 'param_groups', {
      enumerable: true,
      get: () => {
        structuredClone(average.values.w, { transfer: [average.values.w.buffer] });
        return param_groups;
      },
    });
    const detached = expect.objectContaining({
      code: 'ERR_LANESTEP_DETACHED',
      message: expect.stringContaining('values.w'),
    });
    for (const act of [
      () => average.loadStateDict(taking),
      () => average.loadStateDict(saved),
      () => average.swap(),
      () => average.stateDict(),
      () => average.update(),
    ])
      expect(act).toThrow(detached);
    expect([
      average.steps,
      average.decay,
      average.values.b[0],
      params.b[0],
      params.w[0],
      average.swapped,
    ]).toEqual([1, 0.5, 2, 2, 4, false]);
  });

  test('a getter within the state that takes the averages away changes nothing either', () => {
    const params = { w: Float64Array.of(4), b: Float32Array.of(2) };
    const average = new MovingAverage(params, { decay: 0.5, backend });
    const saved = average.stateDict();
    saved.values.b!.fill(9);
    saved.param_groups[0] = new Proxy(saved.param_groups[0]!, {
      ownKeys: target => {
        if (average.values.w.length > 0) structuredClone(0, { transfer: [average.values.w.buffer] });
        return Reflect.ownKeys(target);
      },
    });
    expect(() => average.loadStateDict({ ...saved, steps: 7 })).toThrow('values.w');
    expect([average.steps, average.values.b[0]]).toEqual([0, 2]);
  });

  describe('stateDict', () => {
    for (const options of [
      { decay: 0.9 },
      { decay: 0.9, biasCorrection: true },
      { decay: (t: number) => t / (t + 9) },
    ]) {
      test(`goes on with the same bits, ${options.biasCorrection ? 'biasCorrection, ' : ''}decay a ${typeof options.decay}`, () => {
        const param = { w: new Float64Array(14), b: new Float32Array(3) };
        const move = (t: number): void => {
          param.w.set(waves(t, 14));
          param.b.set(waves(t, 3));
        };
        const whole = new MovingAverage(param, { ...options, backend });
        const first = new MovingAverage(param, { ...options, backend });
        for (let t = 0; t < 5; t++) {
          move(t);
          whole.update();
          first.update();
        }
        const second = new MovingAverage(param, { ...options, backend });
        const saved = first.stateDict();
        first.update();
        second.loadStateDict(saved);
        expect(second.steps).toBe(5);
        for (let t = 5; t < 10; t++) {
          move(t);
          whole.update();
          second.update();
        }
        expect(second.values).toEqual(whole.values);
        expect(second.stateDict()).toEqual(whole.stateDict());
      });
    }

    test('of other values is refused, and nothing changes', () => {
      const average = new MovingAverage([Float64Array.of(1)], { backend });
      average.update();
      const before = average.stateDict();
      const { values: _, ...without } = before;
      const wrong = [{ ...before, values: {} }, { ...before, values: { 0: new Float64Array(2) } }, without];
      for (const state of wrong)
        expect(() => average.loadStateDict(state as typeof before)).toThrow(StateError);
      expect(average.stateDict()).toEqual(before);
    });
  });

  test('options that make no sense are refused', () => {
    const params = [new Float64Array(1)];
    expect(() => new MovingAverage(params, { biasCorrection: true, initial: 0, backend })).toThrow(
      OptionError,
    );
    expect(() => new MovingAverage(params, { initial: Number.NaN, backend })).toThrow(OptionError);
    // Of the step, which it does not take.
    expect(() => new MovingAverage(params, { maximize: true, backend } as object)).toThrow(OptionError);
    expect(() => new MovingAverage(params, { initial: 'zeros' as 'params', backend })).toThrow(OptionError);
    expect(() => new MovingAverage(params, { biasCorrection: true, decay: 1, backend })).toThrow(OptionError);
    for (const decay of [1.1, -0.1, Number.NaN]) {
      expect(() => new MovingAverage(params, { decay, backend })).toThrow(OptionError);
    }
  });
});

onEachBackend(backend => {
  describe('StochasticWeightAverage', () => {
    // 6; (6 + 2)/2; (6 + 2 + 1)/3
    test('by hand: every update counts alike, and the first one copies', () => {
      const param = Float64Array.of(0, Number.NaN);
      const average = new StochasticWeightAverage({ w: param }, { backend });
      expect([...average.values.w]).toEqual([0, Number.NaN]);
      const seen = [6, 2, 1].map(p => {
        param.fill(p);
        average.update();
        return [...average.values.w];
      });
      expect(seen.slice(0, 2)).toEqual([
        [6, 6],
        [4, 4],
      ]);
      expectNear(seen[2]!, [3, 3]);
      expect(average.steps).toBe(3);
    });

    test('is the mean of many, and of one that stays it is that', () => {
      const params = tensors('float64', [[0], [3]]);
      const average = new StochasticWeightAverage(params, { backend });
      let sum = 0;
      for (let t = 1; t <= 50; t++) {
        params[0]!.set(waves(t, 1));
        sum += params[0]![0]!;
        average.update();
      }
      expectWithin(average.values[0]!, [sum / 50], () => 1e-12, 'mean');
      expectWithin(average.values[1]!, [3], () => 1e-14, 'constant');
    });

    test('swaps, saves and resumes, and says what it is', () => {
      const param = Float32Array.of(1, 2);
      const average = new StochasticWeightAverage([param], { backend });
      average.update();
      param.set([3, 5]);
      average.update();
      average.swap();
      expect([param, average.swapped]).toEqual([Float32Array.of(2, 3.5), true]);
      average.swapBack();
      expect(param).toEqual(Float32Array.of(3, 5));
      const other = new StochasticWeightAverage([param], { backend });
      other.deserialize(average.serialize());
      param.set([-1, 7]);
      for (const one of [average, other]) one.update();
      expect(other.values).toEqual(average.values);
      expect(other.steps).toBe(3);
      expect(other.toJSON()).toMatchObject({ class: 'StochasticWeightAverage', steps: 3, swapped: false });
      expect(() => new MovingAverage([param], { backend }).deserialize(average.serialize())).toThrow(
        StateError,
      );
      other.dispose();
    });

    test('takes no options but the backend', () => {
      expect(() => new StochasticWeightAverage([Float32Array.of(1)], { decay: 0.5 } as never)).toThrow(
        OptionError,
      );
    });
  });
});
