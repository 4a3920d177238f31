// What did not happen leaves no trace.
import { describe, expect, it } from 'vitest';
import { Adam, BackendError, MovingAverage, Nesterov, SGD, ShapeError } from '../src/index.js';
import { provideKernels, Adam as WasmAdam } from '../src/wasm.js';
import { nativeMissing } from './backends.js';

const numbers = (optimizer: SGD<readonly [Float64Array]>) => optimizer.stateDict().param_groups[0]!;

it('a failed step does not bring back options that a loaded state had replaced', () => {
  let fails = false;
  const lr = () => {
    if (fails) throw new Error('no rate');
    return 0.1;
  };
  const optimizer = new SGD([Float64Array.of(1)], { lr, weightDecay: 0.5 });
  const step = () => optimizer.step([Float64Array.of(0)]);
  for (let t = 0; t < 4; t++) step();
  const state = optimizer.stateDict();
  step();
  state.param_groups[0]!.weight_decay = 0.25;
  optimizer.loadStateDict(state);
  fails = true;
  expect(step).toThrow('no rate');
  expect(numbers(optimizer).weight_decay).toBe(0.25);
});

it('a step that fails in one group leaves the others where they are', () => {
  let fails = false;
  const lr = () => {
    if (fails) throw new Error('no rate');
    return 0.1;
  };
  const groups = [
    { params: [Float64Array.of(1)], lr },
    { params: [Float64Array.of(1)], lr: (t: number) => t, weightDecay: 0.5 },
  ];
  const optimizer = new SGD(groups);
  const step = () => optimizer.step([[Float64Array.of(0)], [Float64Array.of(0)]]);
  const second = () => optimizer.stateDict().param_groups[1]!;
  for (let t = 0; t < 4; t++) step();
  const state = optimizer.stateDict();
  fails = true;
  expect(step).toThrow('no rate');
  expect(second().lr).toBe(4);
  fails = false;
  step();
  state.param_groups[1]!.weight_decay = 0.25;
  optimizer.loadStateDict(state);
  fails = true;
  expect(step).toThrow('no rate');
  expect(second().weight_decay).toBe(0.25);
});

it('a failed step does not bring back options that were set since', () => {
  const p = Float64Array.of(1);
  const optimizer = new SGD([p], { lr: () => 0.1, weightDecay: 0.5 });
  const state = optimizer.stateDict();
  optimizer.step([Float64Array.of(0)]);
  optimizer.loadStateDict(state);
  optimizer.set({ lr: 0.1, weightDecay: 0 });
  expect(() => optimizer.step([new Float64Array(2)])).toThrow();
  p[0] = 1;
  optimizer.step([Float64Array.of(0)]);
  expect(p[0]).toBe(1);
});

it('a step of Nesterov that is refused takes all back, also beside a parameter without elements that was taken away', () => {
  const buffer = new ArrayBuffer(8);
  const params = [new Float32Array(buffer, 8, 0), Float32Array.of(1, 2)] as const;
  const optimizer = new Nesterov(params, { lr: 0.5 });
  optimizer.step(() => [null, Float32Array.of(1, 1)]);
  structuredClone(buffer, { transfer: [buffer] });
  const before = [...params[1]];
  expect(() => optimizer.step(() => [null, new Float32Array(3)])).toThrow(ShapeError);
  expect([...params[1]]).toEqual(before);
  optimizer.step(() => [null, null]);
  expect([...params[1]]).toEqual(before);
  expect(optimizer.steps).toBe(2);
});

describe.each(['native', 'wasm'] as const)(
  'a step of Nesterov that fails on its way to other arrays, on %s',
  backend => {
    const missing = backend === 'native' ? nativeMissing : null;
    const shared = (...numbers: number[]) =>
      new Float32Array(new SharedArrayBuffer(4 * numbers.length)).fill(numbers[0]!);
    const begin = () => {
      const [from, to, other] = [shared(1, 1), shared(-7, -7), shared(3)];
      const optimizer = new Nesterov([from, other], { lr: 0.5, momentum: 0.5, backend });
      optimizer.step(() => [shared(1, 1), shared(1)]);
      optimizer.rebind([to, null], [from, null]);
      return { from, to, other, optimizer };
    };
    const mine = new RangeError('mine');
    const failures: Record<string, () => never> = {
      'a closure that throws': () => {
        throw mine;
      },
      'gradients that do not fit': () => [shared(1), null] as never,
    };
    for (const [what, closure] of Object.entries(failures)) {
      for (const way of ['step', 'stepAsync'] as const) {
        it.skipIf(missing !== null)(`is on its way again: ${way}, ${what}`, async () => {
          const { from, to, other, optimizer } = begin();
          const before = optimizer.serialize();
          await expect((async () => optimizer[way](closure))()).rejects.toThrow();
          expect([[...from], [...to], [...other]]).toEqual([[0.5, 0.5], [-7, -7], [2.5]]);
          expect(optimizer.serialize()).toEqual(before);
          // What is read at the next step is what is there then.
          from.fill(2);
          await optimizer[way](() => [shared(1, 1), shared(1)]);
          expect([[...from], [...to], [...other]].map(([x]) => x)).toEqual([2, 1.25, 1.75]);
        });
      }
    }

    it.skipIf(missing !== null)('and waits for other memory where the closure took it away', () => {
      for (const which of ['from', 'to'] as const) {
        const arrays = { from: Float32Array.of(1), to: Float32Array.of(-7) };
        const optimizer = new Nesterov([arrays.from, Float32Array.of(3)], { lr: 0.5, backend });
        optimizer.rebind([arrays.to, null], [arrays.from, null]);
        const takes = () => {
          structuredClone(arrays[which].buffer, { transfer: [arrays[which].buffer] });
          throw mine;
        };
        expect(() => optimizer.step(takes)).toThrow(mine);
        expect(() => optimizer.step(() => [null, null])).toThrow(/memory/);
        expect(which === 'from' ? arrays.to[0] : arrays.from[0]).toBe(which === 'from' ? -7 : 1);
        const there = Float32Array.of(5);
        optimizer.rebind([there, null]);
        optimizer.step(() => [Float32Array.of(1), null]);
        expect(there[0]).toBe(4.5);
      }
    });
  },
);

it('a moving average saves the arrays that it updates', () => {
  const average = new MovingAverage([Float64Array.of(1)], { decay: 0.5 });
  expect(() => {
    (average.values as unknown as Float64Array[])[0] = Float64Array.of(9);
  }).toThrow(TypeError);
  expect(average.stateDict().values['0']).toEqual(Float64Array.of(1));
});

it('a moving average loads values that a getter takes away, or nothing', () => {
  const average = new MovingAverage([Float64Array.of(1)], { decay: 0.5 });
  average.update();
  const state = average.stateDict();
  const values = state.values['0']!;
  const [group] = state.param_groups;
  Object.defineProperty(state.param_groups, '0', {
    get: () => {
      if (values.length > 0) structuredClone(values.buffer, { transfer: [values.buffer as ArrayBuffer] });
      return group;
    },
  });
  average.loadStateDict(state);
  expect(average.values[0]).toEqual(Float64Array.of(1));
});

it('kernels that are not ours are refused before a tensor is touched', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object };
  };
  provideKernels({ float64: new WebAssembly.Module(empty) });
  const params = [Float32Array.of(1), Float64Array.of(1)] as const;
  expect(() => new WasmAdam(params, { backend: 'wasm' })).toThrow(BackendError);
  expect(() => new Adam([Float32Array.of(1)], { backend: 'wasm' }).step([Float32Array.of(1)])).not.toThrow();
});

it('the options stay those of the last step where a closure throws', () => {
  const optimizer = new Nesterov([Float32Array.of(1)], { lr: t => 0.1 / t });
  optimizer.step(() => [Float32Array.of(1)]);
  const fails = () => {
    throw new RangeError('mine');
  };
  expect(() => optimizer.step(fails)).toThrow('mine');
  expect(optimizer.numbers[0]!.lr).toBe(0.1);
});

it('no group takes an option that the last one refuses', () => {
  const groups = [{ params: [Float64Array.of(3)] }, { params: [Float32Array.of(1)] }];
  const optimizer = new Adam(groups);
  expect(() => optimizer.set({ lr: 0.25, eps: 1e39 })).toThrow(/eps/);
  expect(optimizer.groups.map(({ lr, eps }) => [lr, eps])).toEqual([
    [1e-3, 1e-8],
    [1e-3, 1e-8],
  ]);
});
