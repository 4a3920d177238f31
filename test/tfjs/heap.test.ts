// On tfjs' wasm backend every step goes to new memory: what was published there is never written to.
import {
  backend,
  clone,
  dispose,
  matMul,
  type Tensor,
  tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { BackendError } from '../../src/index.js';
import { adam } from '../../src/tfjs/index.js';
import { onOwn } from './backends.js';
import { besideAdam, make, slope, slopeOf } from './beside.js';
import { expectUndone } from './digest.js';
import { expectBits, noise } from './numbers.js';
import { makeVariables, names, stepOf } from './runs.js';
import { numbersOf } from './weights.js';

/** What of the backend is looked at, and meddled with. */
interface Heap {
  typedArrayFromHeap(of: Tensor): Float32Array;
  getMemoryOffset(dataId: object): number;
  readonly wasm: { readonly HEAPU8: Uint8Array; _malloc(bytes: number): number };
}
const heap = (): Heap => backend() as unknown as Heap;
const size = (): number => heap().wasm.HEAPU8.buffer.byteLength;

onOwn('wasm', settings => {
  test('values that were published keep their numbers', () => {
    const w = make('w', noise(37, 1));
    const beside = besideAdam([w], settings);
    const seen: (readonly [clone: Tensor, values: Float32Array])[] = [];
    for (let t = 1; t <= 10; t++) {
      seen.push([clone(w), numbersOf(w)]);
      const { dataId } = w;
      beside.stepWith(slope(t));
      expect(w.dataId).not.toBe(dataId);
      for (const [was, values] of seen) expectBits(numbersOf(was), values, `a clone at step ${t}`);
    }
    expect(new Set(seen.map(([{ dataId }]) => heap().getMemoryOffset(dataId))).size).toBe(10);
    beside.dispose();
    dispose([w, ...seen.map(([was]) => was)]);
  });

  describe('a product with a matrix', () => {
    const x = () => tensor(noise(8, 5), [2, 4]);
    const product = (w: Tensor): Float32Array =>
      tidy(() => {
        const left = x();
        return matMul(left, w as never).dataSync<'float32'>();
      });
    /** Of the same numbers, which were never multiplied with before. */
    const fresh = (w: Variable): Float32Array => tidy(() => product(tensor(numbersOf(w), w.shape)));

    // XNNPACK keeps a matrix that was multiplied with in another order, by the tensor's id.
    test('is one with the old numbers, if new ones are written into its memory', () => {
      const w = make('w', noise(12, 1), [4, 3]);
      const before = product(w);
      heap().typedArrayFromHeap(w).set(noise(12, 2));
      expectBits(numbersOf(w), noise(12, 2), 'w');
      expect(fresh(w)).not.toEqual(before);
      expectBits(product(w), before, 'product');
      w.dispose();
    });

    test('is one with the new numbers after each of our steps', () => {
      const w = make('w', noise(12, 1), [4, 3]);
      const beside = besideAdam([w], settings);
      for (let t = 1; t <= 10; t++) {
        const before = product(w);
        beside.stepWith(slope(t));
        expect(product(w)).not.toEqual(before);
        expectBits(product(w), fresh(w), `step ${t}`);
      }
      beside.dispose();
      w.dispose();
    });
  });

  test('it does not grow from step to step', () => {
    const variables = [make('a', noise(100_000, 1)), make('b', noise(100_000, 2))];
    const beside = besideAdam(variables, settings);
    beside.stepWith(slope(1));
    beside.stepWith(slope(2));
    const before = size();
    for (let t = 3; t <= 40; t++) beside.stepWith(slope(t));
    expect(size()).toBe(before);
    beside.dispose();
    dispose(variables);
  });

  test('memory that grows within a step, which takes every view of it away', () => {
    const length = 600_000;
    const variables = ['a', 'b', 'c'].map((name, i) => make(name, noise(length, i)));
    const gradients = Object.fromEntries(variables.map(one => [one.name, slopeOf(one, 1)]));
    const beside = besideAdam(variables, settings);
    const plenty: Tensor[] = [];
    let from = size();
    // Until there is no room for all of the new values; those of a step before are given back.
    while (size() === from) {
      plenty.push(tensor(new Float32Array(length)));
      from = size();
      beside.step(gradients);
    }
    expect(plenty.length).toBeLessThan(20);
    beside.step(gradients);
    beside.dispose();
    dispose([...variables, gradients, ...plenty]);
  });

  test('memory that grows while a variable sits out, or that it has left', () => {
    const [a, b] = [make('a', noise(64, 1)), make('b', noise(64, 2))];
    const beside = besideAdam([a, b], settings);
    beside.stepWith(slope(1));
    for (let t = 2; t <= 4; t++) {
      // What a has left, the values of b may come to lie in.
      const value = tensor(noise(64, t));
      a.assign(value);
      value.dispose();
      beside.follow();
      for (let n = 0; n < 3; n++) beside.stepWith(slope(10 * t + n), b);
      const before = size();
      const plenty: Tensor[] = [];
      while (size() === before) plenty.push(tensor(new Float32Array(1_000_000)));
      beside.stepWith(slope(t), b);
      dispose(plenty);
      beside.stepWith(slope(t));
    }
    beside.dispose();
    dispose([a, b]);
  });

  describe('when there is no memory', () => {
    /** Lets so many allocations succeed, and no more. */
    function starved<T>(after: number, work: () => T): T {
      const { wasm } = heap();
      const malloc = wasm._malloc;
      let left = after;
      wasm._malloc = bytes => (left-- > 0 ? malloc.call(wasm, bytes) : 0);
      try {
        return work();
      } finally {
        wasm._malloc = malloc;
      }
    }

    test.each([0, 1, 3])('for the value after %i others', async after => {
      const variables = makeVariables();
      const [optimizer, twin] = [
        adam(0.1, 0.9, 0.999, null, settings),
        adam(0.1, 0.9, 0.999, null, settings),
      ];
      stepOf(optimizer, names, 1);
      const gradients = Object.fromEntries(variables.map(one => [one.name, slopeOf(one, 1)]));
      await expectUndone(optimizer, () => starved(after, () => optimizer.applyGradients(gradients)), [
        BackendError,
        'MEMORY',
        `a new value of ${names[after]}`,
      ]);
      // The next one comes out as if there had been none before.
      optimizer.applyGradients(gradients);
      const values = variables.map(numbersOf);
      dispose(variables);
      const others = makeVariables();
      stepOf(twin, names, 1);
      twin.applyGradients(gradients);
      others.forEach((one, i) => {
        expectBits(values[i]!, numbersOf(one), one.name);
      });
      optimizer.dispose();
      twin.dispose();
      dispose([others, gradients]);
    });

    test('for that of a variable that is new', async () => {
      const [w, b] = makeVariables();
      const optimizer = adam(0.1, 0.9, 0.999, null, settings);
      stepOf(optimizer, ['w']);
      const gradients = { w: slopeOf(w!, 1), b: slopeOf(b!, 1) };
      await expectUndone(optimizer, () => starved(1, () => optimizer.applyGradients(gradients)), [
        BackendError,
        'MEMORY',
        'a new value of b',
      ]);
      optimizer.applyGradients(gradients);
      expect(optimizer.iterations).toBe(2);
      optimizer.dispose();
      dispose(gradients);
    });
  });
});
