// A backend of which nothing is known but what every backend has: the one in plain JavaScript, under another name.
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  clone,
  copyRegisteredKernels,
  dispose,
  disposeVariables,
  memory,
  registerBackend,
  slice,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from './backends.js';
import { besideAdam, make, slope, slopeOf } from './beside.js';
import { dense, learn, points, weightsOf } from './models.js';
import { expectBits, noise } from './numbers.js';
import { byList, expectLively, expectSameRun, run } from './runs.js';
import { everyTwins, kinds } from './seven.js';
import { numbersOf } from './weights.js';

beforeAll(async () => {
  copyRegisteredKernels('cpu', 'any');
  registerBackend('any', () => new MathBackendCPU());
  await useBackend('any');
});

afterEach(() => disposeVariables());

test.each(everyTwins)('60 steps by a list with gaps: $title', async ({ stock, ours, centered }) => {
  const step = byList(centered ? 100 : 1);
  const expected = await run(stock, step, 60);
  expectLively(expected);
  expectSameRun(await run(ours, step, 60), expected);
});

test.each(kinds)('a model: $title', async ({ stock, ours }) => {
  const train = async (optimizer: ReturnType<typeof stock>) => {
    const [model, data] = [dense(), points(40)];
    await learn(model, optimizer, data);
    const weights = weightsOf(model);
    model.dispose();
    optimizer.dispose();
    dispose([data.xs, data.ys]);
    return weights;
  };
  const expected = await train(stock());
  (await train(ours())).forEach((values, i) => {
    expectBits(values, expected[i]!, `weight ${i}`);
  });
});

describe('never written to', () => {
  test('what another tensor shares, or somebody has read', () => {
    const w = make('w', noise(6, 1));
    const beside = besideAdam([w]);
    beside.stepWith(slope(1));
    const [other, at, values] = [clone(w), w.dataSync(), numbersOf(w)];
    for (let t = 2; t <= 4; t++) beside.stepWith(slope(t));
    expectBits(numbersOf(other), values, 'the clone');
    expectBits(at, values, 'what was read');
    beside.dispose();
    dispose([w, other]);
  });

  test('a gradient that is another variable, which sits out', () => {
    const [a, b] = [make('a', noise(6, 1)), make('b', noise(6, 2))];
    const beside = besideAdam([a, b]);
    beside.stepWith(slope(1));
    for (let t = 2; t <= 4; t++) {
      const gradient = clone(b);
      beside.step({ a: gradient });
      gradient.dispose();
      beside.stepWith(slope(t));
    }
    beside.dispose();
    dispose([a, b]);
  });

  test('a variable that has another’s numbers, or a part of them', () => {
    const [a, b] = [make('a', noise(6, 1)), make('b', noise(3, 2))];
    const beside = besideAdam([a, b]);
    beside.stepWith(slope(1));
    const part = slice(a, [1], [3]);
    b.assign(part);
    part.dispose();
    beside.follow();
    beside.stepWith(slope(2), b);
    beside.stepWith(slope(3));
    beside.dispose();
    dispose([a, b]);
  });
});

test('no tensor is left behind', () => {
  const w = make('w', noise(6, 1));
  const gradient = slopeOf(w, 1);
  const before = memory();
  const beside = besideAdam([w]);
  for (let t = 1; t <= 100; t++) beside.step({ w: gradient });
  beside.dispose();
  expect(memory().numTensors).toBe(before.numTensors);
  expect(memory().numDataBuffers).toBe(before.numDataBuffers);
  dispose([w, gradient]);
});
