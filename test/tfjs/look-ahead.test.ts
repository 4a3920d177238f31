// Nesterov's step asks for the loss where it looks ahead to, and nobody finds the variables there but the loss.
import {
  add,
  clone,
  dispose,
  mul,
  type Scalar,
  square,
  sum,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError, StateError } from '../../src/index.js';
import { type LanestepOptimizer, nesterov, type Settings } from '../../src/tfjs/index.js';
import { onEachPair } from './backends.js';
import { make, slopeOf } from './beside.js';
import { expectUndone } from './digest.js';
import { noise } from './numbers.js';
import { numbersOf } from './weights.js';

const begin = (settings: Settings): { w: Variable; b: Variable; optimizer: LanestepOptimizer } => ({
  w: make('w', noise(6, 1), [2, 3]),
  b: make('b', noise(3, 2)),
  optimizer: nesterov({ lr: 0.1, momentum: 0.9, ...settings }),
});

const loss = (...given: readonly Variable[]): Scalar =>
  tidy(() => given.map(one => sum(mul(square(one), 2))).reduce((a, b) => add(a, b)) as Scalar);

onEachPair(settings => {
  test('the loss is that of the point ahead', () => {
    const { w, b, optimizer } = begin(settings);
    for (let t = 1; t <= 5; t++) {
      const before = numbersOf(w);
      let there = before;
      let value = 0;
      const cost = optimizer.minimize(
        () => {
          there = numbersOf(w);
          const made = loss(w, b);
          value = made.dataSync()[0]!;
          return made;
        },
        true,
        [w, b],
      )!;
      expect(cost.dataSync()[0]).toBe(value);
      cost.dispose();
      // There is no momentum yet at the first step.
      if (t > 1) expect(there).not.toEqual(before);
      expect(numbersOf(w)).not.toEqual(there);
    }
    expect(optimizer.iterations).toBe(5);
    optimizer.dispose();
    dispose([w, b]);
  });

  test('a variable that the loss has nothing to do with stays', () => {
    const { w, b, optimizer } = begin(settings);
    for (let t = 1; t <= 3; t++) optimizer.minimize(() => loss(w, b), false, [w, b]);
    const values = numbersOf(b);
    for (let t = 1; t <= 3; t++) {
      optimizer.minimize(() => loss(w), false, [w, b]);
      expect(numbersOf(b)).toEqual(values);
    }
    optimizer.dispose();
    dispose([w, b]);
  });

  test('without a list, all that can be trained', () => {
    const { w, b, optimizer } = begin(settings);
    const still = make('still', noise(2, 3));
    still.trainable = false;
    const values = numbersOf(still);
    for (let t = 1; t <= 3; t++) optimizer.minimize(() => loss(w, b));
    expect(numbersOf(still)).toEqual(values);
    expect(numbersOf(w)).not.toEqual(noise(6, 1));
    optimizer.dispose();
    dispose([w, b, still]);
  });

  test('what was read or cloned before keeps its numbers', async () => {
    const { w, b, optimizer } = begin(settings);
    for (let t = 1; t <= 4; t++) {
      const [values, at, promised, other] = [numbersOf(w), w.dataSync(), w.data(), clone(w)];
      optimizer.minimize(() => loss(w, b), false, [w, b]);
      expect(at).toEqual(values);
      expect(await promised).toEqual(values);
      expect(numbersOf(other)).toEqual(values);
      other.dispose();
    }
    optimizer.dispose();
    dispose([w, b]);
  });

  describe('refused, and nothing is changed:', () => {
    test('gradients from where the variables are', async () => {
      const { w, b, optimizer } = begin(settings);
      optimizer.minimize(() => loss(w, b), false, [w, b]);
      const { value, grads } = variableGrads(() => loss(w, b), [w, b]);
      await expectUndone(optimizer, () => optimizer.applyGradients(grads), [
        StateError,
        'STATE',
        'minimize()',
      ]);
      optimizer.dispose();
      dispose([w, b, value, grads]);
    });

    test('a loss that throws, with variables that are known or new', () => {
      const { w, b, optimizer } = begin(settings);
      const mine = new RangeError('mine');
      const fails = (): Scalar => {
        throw mine;
      };
      for (const list of [[w], [w, b], [w, b]]) {
        optimizer.minimize(() => loss(w), false, [w]);
        const values = [w, b].map(numbersOf);
        expect(() => optimizer.minimize(fails, false, list)).toThrow(mine);
        expect([w, b].map(numbersOf)).toEqual(values);
      }
      expect(optimizer.iterations).toBe(3);

      // It goes on as one to which nothing had happened.
      const values = numbersOf(w);
      const twin = nesterov({ lr: 0.1, momentum: 0.9, ...settings });
      optimizer.dispose();
      dispose([w, b]);
      const again = make('w', noise(6, 1), [2, 3]);
      for (let t = 1; t <= 3; t++) twin.minimize(() => loss(again), false, [again]);
      expect(numbersOf(again)).toEqual(values);
      twin.dispose();
      again.dispose();
    });

    test('gradients that do not fit', async () => {
      const { w, b, optimizer } = begin(settings);
      optimizer.minimize(() => loss(w, b), false, [w, b]);
      const bad = slopeOf(b, 1);
      const value = loss(w);
      optimizer.computeGradients = () => ({ value: clone(value) as Scalar, grads: { w: clone(bad) } });
      await expectUndone(optimizer, () => optimizer.minimize(() => loss(w), false, [w]), [
        ShapeError,
        'LENGTH',
      ]);
      optimizer.dispose();
      dispose([w, b, bad, value]);
    });
  });
});
