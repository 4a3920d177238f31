// TensorFlow.js may be given another backend at any time: training goes on, and getWeights() with it.

import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend,
  dispose,
  disposeVariables,
  getBackend,
  registerBackend,
  removeBackend,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from './backends.js';
import { besideAdam, make, slope, slopeOf } from './beside.js';
import { noise } from './numbers.js';
import { numbersOf, read } from './weights.js';

/** The backend in plain JavaScript under another name, which has to do with what every backend has. */
const third = 'third';
beforeEach(() => {
  registerBackend(third, () => new MathBackendCPU());
});
afterEach(() => {
  disposeVariables();
  removeBackend(third);
});

const routes = [
  ['cpu', 'wasm'],
  ['wasm', 'cpu'],
  ['cpu', third, 'wasm'],
  ['wasm', third, 'cpu'],
];

describe.each(routes)('%s, then %s …', (...route: string[]) => {
  test('the same bits as over plain arrays', async () => {
    await useBackend(route[0]!);
    const [a, b] = [make('a', noise(12, 1), [3, 4]), make('b', noise(5, 2))];
    const beside = besideAdam([a, b]);
    for (let t = 0; t < 24; t++) {
      await useBackend(route[Math.floor(t / 3) % route.length]!);
      beside.stepWith(slope(t), ...(t % 4 === 0 ? [a] : []));
    }
    beside.dispose();
    dispose([a, b]);
  });

  test('gradients that were made on another', async () => {
    await useBackend(route[0]!);
    const a = make('a', noise(12, 1), [3, 4]);
    const beside = besideAdam([a]);
    for (let t = 0; t < 12; t++) {
      const gradient = slopeOf(a, t);
      await useBackend(route[t % route.length]!);
      beside.step({ a: gradient });
      gradient.dispose();
    }
    beside.dispose();
    dispose(a);
  });

  test('weights that were given on another', async () => {
    await useBackend(route[0]!);
    const a = make('a', noise(12, 1), [3, 4]);
    const beside = besideAdam([a]);
    beside.stepWith(slope(1));
    const before = read(await beside.optimizer.getWeights());
    for (const name of [...route, ...route]) {
      await useBackend(name);
      expect(read(await beside.optimizer.getWeights())).toEqual(before);
    }
    beside.dispose();
    dispose(a);
  });

  test('what was read before', async () => {
    await useBackend(route[0]!);
    const a = make('a', noise(12, 1), [3, 4]);
    const beside = besideAdam([a]);
    beside.stepWith(slope(1));
    const [values, at, promised, bytes] = [numbersOf(a), a.dataSync(), a.data(), a.bytes()];
    for (const name of route) {
      await useBackend(name);
      beside.stepWith(slope(2));
      // Whoever asks now gets the numbers of now.
      expect(await a.data()).toEqual(a.dataSync());
      expect(new Float32Array(((await a.bytes()) as Uint8Array).buffer)).toEqual(a.dataSync());
    }
    expect(at).toEqual(values);
    expect(await promised).toEqual(values);
    expect(new Float32Array(((await bytes) as Uint8Array).buffer)).toEqual(values);
    beside.dispose();
    dispose(a);
  });
});

test('the third backend is another than cpu', async () => {
  await useBackend('cpu');
  const cpu = backend();
  await useBackend(third);
  expect(getBackend()).toBe(third);
  expect(backend()).not.toBe(cpu);
  await useBackend('cpu');
});
