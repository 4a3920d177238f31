// model.compile and model.fit with ours: every loss and every weight has the bits that stock gives it.
import { dispose, type Optimizer } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { on, onEach } from './backends.js';
import {
  type Data,
  dense,
  distances,
  learn,
  line,
  memory,
  points,
  series,
  texts,
  weightsOf,
  words,
} from './models.js';
import { expectBits } from './numbers.js';
import { kinds, type Twins, twins } from './seven.js';

interface Case {
  readonly model: () => LayersModel;
  readonly data: () => Data;
  readonly options: Parameters<typeof learn>[3];
}

const classes: Case = {
  model: () => dense('relu'),
  data: () => points(150),
  options: { epochs: 4 },
};
// Gradients that are large beside epsilon.
const large: Case = {
  model: line,
  data: () => distances(150),
  options: { epochs: 4, loss: 'meanSquaredError' },
};
const sequences: Case = {
  model: memory,
  data: () => series(150),
  options: { epochs: 4, loss: 'meanSquaredError' },
};
const sentences: Case = {
  model: words,
  data: () => texts(150),
  options: { epochs: 4, loss: 'meanSquaredError' },
};

async function train({ model: make, data, options }: Case, optimizer: Optimizer) {
  const model = make();
  const { xs, ys } = data();
  const before = weightsOf(model);
  const losses = await learn(model, optimizer, { xs, ys }, options);
  expect(optimizer.iterations).toBe(300);
  const weights = weightsOf(model);
  weights.forEach((values, i) => {
    expect(values).not.toEqual(before[i]);
  });
  model.dispose();
  optimizer.dispose();
  dispose([xs, ys]);
  return { losses, weights };
}

/** Trains both alike; gives the weights. */
async function same(kase: Case, { stock, ours }: Twins): Promise<Float32Array[]> {
  const expected = await train(kase, stock());
  const actual = await train(kase, ours());
  expected.weights.forEach((values, i) => {
    expectBits(actual.weights[i]!, values, `weight ${i}`);
  });
  expect(actual.losses).toEqual(expected.losses);
  return actual.weights;
}

const hasNaN = (weights: readonly Float32Array[]) => weights.some(values => values.some(Number.isNaN));

onEach(() => {
  test.each(kinds)('dense layers, 300 steps: $title', async pair => {
    expect(hasNaN(await same(classes, pair))).toBe(false);
  });

  test('an LSTM, 300 steps: adam', async () => {
    await same(sequences, twins('adam', 0.01));
  });

  test('one layer: rmsprop, centered, with numbers', async () => {
    const pair = twins('rmsprop', 0.01, 0.9, 0.5, null, true);
    expect(hasNaN(await same(large, pair))).toBe(false);
  });

  // A unit of relu that is off has no gradient.
  test('dense layers: rmsprop, centered, with NaN', async () => {
    const pair = twins('rmsprop', 0.01, 0.9, 0, null, true);
    expect(hasNaN(await same(classes, pair))).toBe(true);
  });
});

// What the gradients of these layers need, TensorFlow.js has on this backend alone.
on('cpu', () => {
  test.each(kinds.filter(({ name }) => ['sgd', 'adam'].includes(name)))(
    'an embedding and a convolution, 300 steps: $title',
    async pair => {
      await same(sentences, pair);
    },
  );
});
