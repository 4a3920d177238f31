// Step by step beside tf.train: variables, slots and their names, by whichever way the gradients come.
import {
  add,
  dispose,
  fill,
  matMul,
  mean,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  tanh,
  tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onEachPair } from './backends.js';
import { noise } from './numbers.js';
import {
  byList,
  byMap,
  expectLively,
  expectSameRun,
  names,
  type Run,
  run,
  type Step,
  shapes,
  sitsOut,
} from './runs.js';
import { everyTwins, kinds, twins } from './seven.js';

/** A loss of all variables; at some steps, if that is wanted, not of all. */
const lossAt = (t: number, [w, b, s, k]: readonly Variable[], all: boolean) =>
  tidy(() => {
    const x = tensor(noise(6, t), [2, 3]);
    const pieces = [
      mean(square(sub(tanh(matMul(x, w!)), 0.3))),
      ...(all || !sitsOut(1, t) ? [sum(square(b!))] : []),
      ...(all || !sitsOut(2, t) ? [square(sub(s!, t % 3))] : []),
      mean(mul(square(k!), 0.1 * (t % 5))),
    ];
    return pieces.reduce((a, b) => add(a, b)) as Scalar;
  });

const ways: readonly (readonly [string, Step])[] = [
  ['applyGradients with a map', byMap],
  [
    'minimize()',
    (optimizer, t, variables) => {
      expect(optimizer.minimize(() => lossAt(t, variables, true))).toBe(null);
    },
  ],
  [
    'minimize() of some, in another order, with the loss',
    (optimizer, t, variables) => {
      const list = [variables[3]!, variables[1]!, variables[2]!];
      const expected = tidy(() => lossAt(t, variables, false).dataSync()[0]);
      const cost = optimizer.minimize(() => lossAt(t, variables, false), true, list)!;
      expect(cost.dataSync()[0]).toBe(expected);
      cost.dispose();
    },
  ],
];

// What stock did, for both of our backends.
const stockRuns = new Map<string, Promise<Run>>();

function stockRun(key: string, ...given: Parameters<typeof run>): Promise<Run> {
  const known = stockRuns.get(key) ?? run(...given);
  stockRuns.set(key, known);
  return known;
}

onEachPair((settings, tfjs) => {
  // For a centered one, gradients that are large beside epsilon, and no two alike.
  test.each(everyTwins)('300 steps by a list with gaps: $title', async ({ title, stock, ours, centered }) => {
    const step = byList(centered ? 100 : 1);
    const expected = await stockRun(`${tfjs} ${title}`, stock, step, 300);
    expectLively(expected);
    expectSameRun(await run(() => ours(settings), step, 300), expected);
  });

  describe.each(ways)('%s', (way, step) => {
    test.each(kinds)('$title', async ({ title, stock, ours }) => {
      const expected = await stockRun(`${tfjs} ${way} ${title}`, stock, step, 30);
      expectSameRun(await run(() => ours(settings), step, 30), expected);
    });
  });

  // The variance of a constant gradient is zero, and from it TensorFlow.js takes epsilon away.
  test('NaN where stock has NaN: rmsprop, centered', async () => {
    const { stock, ours } = twins('rmsprop', 0.01, 0.9, 0.5, 1e-3, true);
    const step: Step = (optimizer, t) => {
      const gradients = names.map(name => fill(shapes[name]!, name === 'w' ? 1 : t % 2 ? 3 : -3));
      optimizer.applyGradients(Object.fromEntries(names.map((name, i) => [name, gradients[i]!])));
      dispose(gradients);
    };
    const expected = await run(stock, step, 100);
    expect(expected.after[0]!.flatMap(values => [...values]).some(Number.isNaN)).toBe(false);
    expect(expected.after.at(-1)!.map(values => values.every(Number.isNaN))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expectSameRun(await run(() => ours(settings), step, 100), expected);
  });
});
