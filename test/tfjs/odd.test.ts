// Tensors out of the ordinary: numbers in other arrays, of other types, one number, none.
import {
  backend,
  cast,
  dispose,
  getBackend,
  type Optimizer,
  type Tensor,
  tensor,
  tensor1d,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onEachPair } from './backends.js';
import { besideAdam, make, slope } from './beside.js';
import { expectBits, noise } from './numbers.js';
import { kinds } from './seven.js';
import { numbersOf, weightsOf } from './weights.js';

onEachPair(settings => {
  test('float32 tensors that the cpu backend keeps in an Int32Array', () => {
    const ints = tensor1d([1, 2, 3], 'int32');
    const floats = cast(ints, 'float32');
    if (getBackend() === 'cpu') expect(backend().readSync(floats.dataId)).toBeInstanceOf(Int32Array);
    const w = variable(floats, true, 'w');
    const beside = besideAdam([w], settings);
    for (let t = 1; t <= 3; t++) beside.step({ w: floats });
    expect([...ints.dataSync()]).toEqual([1, 2, 3]);
    expect([...numbersOf(w)]).not.toEqual([1, 2, 3]);
    beside.dispose();
    dispose([ints, floats, w]);
  });

  // Stock computes the same in float32, and with these themselves what it happens to: on its wasm backend squares of
  // int32 overflow from 46341 on, and those of bool are whatever was in memory.
  describe.each([
    ['int32', [7, -1, 0, 46341, -50_000, 2 ** 24 + 1, -(2 ** 31)]],
    ['bool', [1, 0, 1, 1, 0, 0, 1]],
  ] as const)('gradients of %s are taken as float32', (dtype, values) => {
    test.each(kinds)('$title', ({ stock, ours }) => {
      const run = (made: () => Optimizer, gradient: Tensor) => {
        const w = make('w', noise(7, 1));
        const optimizer = made();
        for (let t = 1; t <= 4; t++) optimizer.applyGradients({ w: gradient });
        const numbers = numbersOf(w);
        optimizer.dispose();
        w.dispose();
        return numbers;
      };
      const [whole, floats] = [tensor1d([...values], dtype), tensor1d(Float32Array.from(values))];
      expectBits(
        run(() => ours(settings), whole),
        run(stock, floats),
        dtype,
      );
      expect(whole.dtype).toBe(dtype);
      dispose([whole, floats]);
    });
  });

  test('a scalar, a variable without elements, and one of many dimensions', async () => {
    const [s, none, many] = [
      make('s', noise(1, 1), []),
      make('none', new Float32Array(0), [0, 3]),
      make('many', noise(24, 2), [1, 2, 3, 1, 4, 1]),
    ];
    const beside = besideAdam([s, none, many], settings);
    for (let t = 1; t <= 3; t++) beside.stepWith(slope(t));
    beside.stepWith(slope(4), none);
    expect((await weightsOf(beside.optimizer)).map(({ shape }) => shape)).toEqual([
      [],
      ...[[], [0, 3], [1, 2, 3, 1, 4, 1], [], [0, 3], [1, 2, 3, 1, 4, 1]],
    ]);
    beside.dispose();
    dispose([s, none, many]);
  });

  test('no variable at all, and none with a gradient, are steps too', () => {
    const w = make('w', noise(4, 1));
    const beside = besideAdam([w], settings);
    beside.step({});
    beside.stepWith(slope(1));
    beside.step({});
    // The powers of the betas have moved on.
    beside.stepWith(slope(2));
    expect(beside.optimizer.iterations).toBe(4);
    beside.dispose();
    w.dispose();
  });

  test('numbers that are none, and that have a sign', () => {
    const w = make('w', Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45, 3e38, 1));
    const beside = besideAdam([w], settings);
    const gradient = tensor([1, 1, -0, 1e-45, 3e38, Number.NaN]);
    for (let t = 1; t <= 3; t++) beside.step({ w: gradient });
    expectBits(gradient.dataSync(), Float32Array.of(1, 1, -0, 1e-45, 3e38, Number.NaN), 'gradient');
    beside.dispose();
    dispose([w, gradient]);
  });

  test('variables that are longer than a tile', () => {
    const w = make('w', noise(50_001, 1));
    const none = zeros([50_001]);
    const beside = besideAdam([w], settings);
    for (let t = 1; t <= 3; t++) beside.stepWith(slope(t));
    beside.step({ w: none });
    beside.dispose();
    dispose([w, none]);
  });

  test('names of other kinds', () => {
    const names = ['length', 'a/b', '7', '-1.5'];
    const variables = names.map((name, i) => make(name, noise(3, i)));
    const beside = besideAdam(variables, settings);
    for (let t = 1; t <= 3; t++) beside.stepWith(slope(t));
    beside.dispose();
    dispose(variables);
  });
});
