// A configuration makes the same optimizer again, by way of JSON and of TensorFlow.js' own conversion.
import { serialization } from '@tensorflow/tfjs-core';
import { sequential } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../src/index.js';
import {
  adam,
  adamW,
  type LanestepOptimizer,
  momentum,
  register,
  rmsprop,
  type Settings,
  sgd,
} from '../../src/tfjs/index.js';
import { useBackend } from './backends.js';
import { every } from './classes.js';
import { dense } from './models.js';
import { byList, makeVariables } from './runs.js';
import { load, save } from './saving.js';
import { everyTwins } from './seven.js';

beforeAll(async () => {
  await useBackend('cpu');
  register();
});

const made: LanestepOptimizer[] = [];
afterEach(() => {
  for (const optimizer of made.splice(0)) optimizer.dispose();
});

function keep(optimizer: LanestepOptimizer): LanestepOptimizer {
  made.push(optimizer);
  return optimizer;
}

/** Through text, as in a file. */
function throughText(optimizer: LanestepOptimizer): LanestepOptimizer {
  const Class = optimizer.constructor as serialization.SerializableConstructor<LanestepOptimizer>;
  return keep(Class.fromConfig(Class, JSON.parse(JSON.stringify(optimizer.getConfig()))));
}

/** Through a saved model. */
async function throughModel(optimizer: LanestepOptimizer): Promise<LanestepOptimizer> {
  const model = dense();
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const loaded = await load(await save(model));
  model.dispose();
  return keep(loaded.optimizer as LanestepOptimizer);
}

async function comesBack(optimizer: LanestepOptimizer): Promise<void> {
  const config = optimizer.getConfig();
  for (const other of [throughText(optimizer), await throughModel(optimizer)]) {
    expect(other.constructor).toBe(optimizer.constructor);
    expect(other.getConfig()).toEqual(config);
  }
}

const settings: Settings = { gradientScale: 0.25, maximize: true };

describe('of the drop-ins', () => {
  test.each(everyTwins)('that of stock, and back: $title', async ({ stock, ours }) => {
    const optimizer = keep(ours());
    expect(optimizer.getConfig()).toEqual(stock().getConfig());
    await comesBack(optimizer);
  });

  test.each(everyTwins)('with the stages: $title', async ({ stock, ours }) => {
    const optimizer = keep(ours(settings));
    expect(optimizer.getConfig()).toEqual({ ...stock().getConfig(), ...settings });
    await comesBack(optimizer);
  });
});

describe('of lanestep’s own', () => {
  test.each(every)('$title', async ({ wrapped, plain }) => {
    for (const given of [{}, settings]) {
      const optimizer = keep(wrapped(given));
      const { names: _, ...options } = plain([Float32Array.of(1)], given).groups[0]!;
      expect(optimizer.getConfig()).toEqual(options);
      await comesBack(optimizer);
    }
  });
});

test('what says where it runs is no part of it', () => {
  const where: Settings = { backend: 'wasm', inPlace: false };
  expect(keep(sgd(0.1, where)).getConfig()).toEqual({ learningRate: 0.1 });
  expect(keep(adamW(where)).getConfig()).toEqual(keep(adamW()).getConfig());
});

test('a function of the step stands in it with its last value', async () => {
  const optimizer = keep(adam(cosine({ lr: 0.1, tMax: 10 }), t => 0.5 + t / 16));
  expect(optimizer.getConfig()).toMatchObject({ learningRate: 0.1, beta1: 0.5625, beta2: 0.999 });
  const variables = makeVariables();
  for (let t = 1; t <= 3; t++) byList()(optimizer, t, variables);
  const lr = cosine({ lr: 0.1, tMax: 10 })(3);
  expect(optimizer.getConfig()).toMatchObject({ learningRate: lr, beta1: 0.6875, beta2: 0.999 });
  await comesBack(optimizer);
});

test('it says what was set', () => {
  const optimizer = keep(rmsprop(0.1));
  optimizer.set({ lr: 0.2, alpha: 0.5, eps: 0.25, momentum: 0.75 });
  expect(optimizer.getConfig()).toEqual({
    learningRate: 0.2,
    decay: 0.5,
    momentum: 0.75,
    epsilon: 0.25,
    centered: false,
  });
});

test('setMomentum() is told and not used, as in stock; set() is used', () => {
  const optimizer = keep(momentum(0.1, 0.5)) as ReturnType<typeof momentum>;
  optimizer.setMomentum(0.75);
  expect(optimizer.getConfig()).toMatchObject({ momentum: 0.75 });
  optimizer.learningRate = 0.2;
  expect(optimizer.getConfig()).toMatchObject({ momentum: 0.75, learningRate: 0.2 });
  optimizer.set({ momentum: 0.25 });
  expect(optimizer.getConfig()).toMatchObject({ momentum: 0.25 });
});

test('without register() a model with one of ours is not loaded', async () => {
  const { classNameMap } = serialization.SerializationMap.getMap();
  const entry = classNameMap['LanestepSGD']!;
  const model = sequential({ layers: dense().layers });
  model.compile({ optimizer: keep(sgd(0.1)), loss: 'meanSquaredError' });
  const saved = await save(model);
  model.dispose();
  delete classNameMap['LanestepSGD'];
  try {
    await expect(load(saved)).rejects.toThrow('LanestepSGD');
  } finally {
    classNameMap['LanestepSGD'] = entry;
  }
});
