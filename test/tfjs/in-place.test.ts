// On tfjs' cpu backend a variable is updated in place, and nobody sees that who did not ask for the variable itself.
import {
  backend,
  cast,
  clone,
  dispose,
  expandDims,
  reshape,
  slice,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { TfjsAdam } from '../../src/rules/tfjs-adam.js';
import { TfjsMomentum } from '../../src/rules/tfjs-momentum.js';
import { adam, momentum } from '../../src/tfjs/index.js';
import { onOwn } from './backends.js';
import { Beside, besideAdam, make, slope, slopeOf } from './beside.js';
import { dense, learn, points, weightsOf } from './models.js';
import { expectBits, noise } from './numbers.js';
import { twins } from './seven.js';
import { numbersOf } from './weights.js';

/** The array under a tensor. */
const arrayOf = (of: Tensor): Float32Array => backend().readSync(of.dataId) as Float32Array;

onOwn('cpu', settings => {
  test('from the second step on, in the same array', () => {
    const [w, b] = [make('w', noise(12, 1), [3, 4]), make('b', noise(5, 2))];
    const beside = besideAdam([w, b], settings);
    beside.stepWith(slope(1));
    const before = [w, b].map(one => [one.dataId, arrayOf(one)] as const);
    for (let t = 2; t <= 10; t++) {
      beside.stepWith(slope(t));
      [w, b].forEach((one, i) => {
        expect(one.dataId).toBe(before[i]![0]);
        expect(arrayOf(one)).toBe(before[i]![1]);
      });
    }
    // Also by those that sat out in between.
    beside.stepWith(slope(11), w);
    beside.stepWith(slope(12), b);
    expect(arrayOf(w)).toBe(before[0]![1]);
    expect(arrayOf(b)).toBe(before[1]![1]);
    beside.dispose();
    dispose([w, b]);
  });

  test('not in an array of the user’s, ever', () => {
    const given = noise(6, 1);
    const kept = given.slice();
    const value = tensor1d(given);
    const w = variable(value, true, 'w');
    expect(arrayOf(w)).toBe(given);
    value.dispose();
    const beside = besideAdam([w], settings);
    for (let t = 1; t <= 5; t++) beside.stepWith(slope(t));
    const again = tensor1d(given);
    w.assign(again);
    again.dispose();
    beside.follow();
    for (let t = 6; t <= 8; t++) beside.stepWith(slope(t));
    expectBits(given, kept, 'given');
    beside.dispose();
    dispose(w);
  });

  test('not while another tensor shares it, and then again', () => {
    const w = make('w', noise(6, 1), [2, 3]);
    const beside = besideAdam([w], settings);
    for (let t = 1; t <= 2; t++) beside.stepWith(slope(t));
    for (const share of [
      (): Tensor => clone(w),
      (): Tensor => reshape(w, [6]),
      (): Tensor => expandDims(w),
      (): Tensor => cast(w, 'float32'),
      (): Tensor => slice(w, [0, 0], [2, 3]),
      (): Tensor => variable(w, true, 'other'),
    ]) {
      const shared = share();
      const [array, values] = [arrayOf(w), numbersOf(w)];
      expect(arrayOf(shared).buffer).toBe(array.buffer);
      beside.stepWith(slope(3));
      expect(arrayOf(w)).not.toBe(array);
      expectBits(numbersOf(shared), values, 'the other');
      const next = arrayOf(w);
      beside.stepWith(slope(4));
      expect(arrayOf(w)).toBe(next);
      expectBits(numbersOf(shared), values, 'the other');
      shared.dispose();
      beside.stepWith(slope(5));
      expect(arrayOf(w)).toBe(next);
    }
    beside.dispose();
    dispose(w);
  });

  test('again, when the other is gone before the step', () => {
    const w = make('w', noise(6, 1));
    const beside = besideAdam([w], settings);
    beside.stepWith(slope(1));
    const array = arrayOf(w);
    clone(w).dispose();
    beside.stepWith(slope(2));
    expect(arrayOf(w)).toBe(array);
    beside.dispose();
    dispose(w);
  });

  describe('what was read before a step keeps its numbers:', () => {
    const read: Record<string, (w: Variable) => unknown> = {
      'dataSync()': w => w.dataSync(),
      'arraySync()': w => w.arraySync(),
      'bufferSync()': w => w.bufferSync().values,
      'data()': w => w.data(),
      'array()': w => w.array(),
      'buffer()': async w => (await w.buffer()).values,
      'bytes()': async w => new Float32Array(((await w.bytes()) as Uint8Array).buffer),
      'dataSync() of a clone that is gone': w => tidy(() => clone(w).dataSync()),
      'dataSync() of a reshaped one that is gone': w => tidy(() => reshape(w, [6]).dataSync()),
    };
    const flat = (values: unknown): number[] =>
      ArrayBuffer.isView(values) ? [...(values as Float32Array)] : (values as number[][]).flat();

    test.each(Object.entries(read))('%s', async (_, by) => {
      const w = make('w', noise(6, 1), [2, 3]);
      const beside = besideAdam([w], settings);
      // Before it is updated in place for the first time, and after.
      for (let t = 1; t <= 4; t += 2) {
        const values = [...numbersOf(w)];
        const [at, promised] = [await by(w), by(w)];
        expect(flat(at)).toEqual(values);
        beside.stepWith(slope(t));
        beside.stepWith(slope(t + 1));
        expect([...numbersOf(w)]).not.toEqual(values);
        expect(flat(at)).toEqual(values);
        // It was asked for before the step, whenever it comes.
        expect(flat(await promised)).toEqual(values);
      }
      beside.dispose();
      dispose(w);
    });
  });

  describe('what was read is given back, as the best so far, and keeps its numbers:', () => {
    const read: Record<string, (w: Variable) => Float32Array | Promise<Float32Array>> = {
      'dataSync()': w => w.dataSync<'float32'>(),
      'data()': w => w.data<'float32'>(),
      'bufferSync()': w => w.bufferSync().values as Float32Array,
      'dataSync() of a clone': w => tidy(() => clone(w).dataSync<'float32'>()),
    };
    test.each(Object.entries(read))('%s', async (_, by) => {
      const w = make('w', noise(6, 1));
      const beside = besideAdam([w], settings);
      beside.stepWith(slope(1));
      const best = await by(w);
      const values = best.slice();
      for (let t = 2; t <= 7; t++) {
        beside.stepWith(slope(t));
        if (t % 2 > 0) continue;
        const value = tensor1d(best);
        w.assign(value);
        value.dispose();
        beside.follow();
      }
      expectBits(best, values, 'the best');

      // To another variable, and of another optimizer.
      const value = tensor1d(best);
      const other = variable(value, true, 'other');
      value.dispose();
      const second = besideAdam([other], settings);
      for (let t = 1; t <= 3; t++) second.stepWith(slope(t));
      expectBits(best, values, 'the best');
      beside.dispose();
      second.dispose();
      dispose([w, other]);
    });
  });

  test('a variable that is assigned from outside', () => {
    const w = make('w', noise(6, 1));
    const beside = besideAdam([w], settings);
    for (let t = 1; t <= 9; t++) {
      beside.stepWith(slope(t));
      if (t % 3 > 0) continue;
      const value = tensor1d(noise(6, t));
      const array = arrayOf(value);
      w.assign(value);
      if (t === 6) value.dispose();
      beside.follow();
      beside.stepWith(slope(-t));
      if (t !== 6) expectBits(numbersOf(value), array, 'what was assigned');
      expectBits(array, noise(6, t), 'its array');
      value.dispose();
    }
    beside.dispose();
    dispose(w);
  });

  test('models that share their numbers for a moment', async () => {
    const train = async (make: (typeof pair)['stock']) => {
      const [one, other] = [dense(), dense()];
      const [first, second] = [make(), make()];
      const data = points(8);
      await learn(one, first, data);
      other.setWeights(one.getWeights());
      expect(weightsOf(other)).toEqual(weightsOf(one));
      const before = weightsOf(one);
      await learn(other, second, data);
      expect(weightsOf(one)).toEqual(before);
      await learn(one, first, data);
      const weights = [one, other].map(weightsOf);
      one.dispose();
      other.dispose();
      first.dispose();
      second.dispose();
      dispose([data.xs, data.ys]);
      return weights;
    };
    const pair = twins('adam', 0.1);
    expect(await train(() => pair.ours(settings))).toEqual(await train(pair.stock));
  });

  describe('{ inPlace: false }', () => {
    test('writes into no array that there was', () => {
      const w = make('w', noise(6, 1));
      const beside = besideAdam([w], { ...settings, inPlace: false });
      const seen: (readonly [Float32Array, Float32Array])[] = [];
      for (let t = 1; t <= 6; t++) {
        seen.push([arrayOf(w), numbersOf(w)]);
        beside.stepWith(slope(t));
        expect(seen.map(([array]) => array)).not.toContain(arrayOf(w));
      }
      for (const [array, values] of seen) expectBits(array, values, 'an array that was');
      beside.dispose();
      dispose(w);
    });

    test('two of both kinds in turn on one variable', () => {
      const w = make('w', noise(6, 1));
      const copying = besideAdam([w], { ...settings, inPlace: false });
      const writing = besideAdam([w], settings);
      for (let t = 1; t <= 8; t++) {
        const [array, values] = [arrayOf(w), numbersOf(w)];
        const beside = t % 2 ? copying : writing;
        beside.follow();
        beside.stepWith(slope(t));
        if (t % 2) expectBits(array, values, `step ${t}`);
      }
      copying.dispose();
      writing.dispose();
      dispose(w);
    });
  });

  test('two optimizers in turn on one variable', () => {
    const w = make('w', noise(6, 1));
    const p = numbersOf(w);
    const ours = [adam(0.1, 0.9, 0.999, null, settings), momentum(0.1, 0.9, false, settings)];
    const plain = [
      new TfjsAdam([p], { lr: 0.1, ...settings }),
      new TfjsMomentum([p], { lr: 0.1, ...settings }),
    ];
    for (let t = 1; t <= 8; t++) {
      const gradient = slopeOf(w, t);
      ours[t % 2]!.applyGradients({ w: gradient });
      plain[t % 2]!.step([numbersOf(gradient)]);
      expectBits(numbersOf(w), p, `step ${t}`);
      gradient.dispose();
    }
    for (const optimizer of ours) optimizer.dispose();
    dispose(w);
  });

  test('after an optimizer is gone, with another', () => {
    const w = make('w', noise(6, 1), [2, 3]);
    for (let n = 0; n < 3; n++) {
      const beside = besideAdam([w], settings);
      beside.stepWith(slope(1));
      beside.stepWith(slope(2));
      beside.dispose();
    }
    const kept = w.dataSync();
    const value = tensor2d(noise(6, 9), [2, 3]);
    w.assign(value);
    expectBits(w.dataSync(), numbersOf(value), 'w');
    expect(w.dataSync()).not.toEqual(kept);
    dispose([w, value]);
  });

  test('a variable that is disposed says so, as any tensor', async () => {
    const w = make('w', noise(6, 1));
    const beside = new Beside(
      adam(0.1, 0.9, 0.999, null, settings),
      params => new TfjsAdam(params, { lr: 0.1 }),
      [w],
    );
    beside.stepWith(slope(1));
    beside.dispose();
    w.dispose();
    expect(() => w.dataSync()).toThrow('Tensor is disposed');
    await expect(w.data()).rejects.toThrow('Tensor is disposed');
    await expect(w.bytes()).rejects.toThrow('Tensor is disposed');
  });
});
