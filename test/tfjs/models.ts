/** Small models that start from the same numbers, whichever optimizer trains them. */

import { type Optimizer, type Tensor, tensor, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { noise, randomFrom } from './numbers.js';

/** Gives all weights numbers that are the same for the same shapes. */
export function seed(model: LayersModel, from = 1): void {
  const values = model.weights.map(({ shape }, i) => {
    const size = (shape as number[]).reduce((a, b) => a * b, 1);
    return tensor(noise(size, from + i, 0.6), shape as number[]);
  });
  model.setWeights(values);
  for (const value of values) value.dispose();
}

/** Copies of all weights. */
export const weightsOf = (model: LayersModel): Float32Array[] =>
  model.getWeights().map(weight => Float32Array.from(weight.dataSync()));

export interface Data {
  readonly xs: Tensor;
  readonly ys: Tensor;
}

/** Layers that are all dense: no unit of tanh is ever dead. */
export function dense(activation: 'relu' | 'tanh' = 'relu'): Sequential {
  const model = sequential();
  model.add(layers.dense({ units: 5, inputShape: [3], activation }));
  model.add(layers.dense({ units: 3, activation: 'softmax' }));
  seed(model);
  return model;
}

/** Its data: three classes. */
export function points(count: number): Data {
  const xs = noise(3 * count, 77);
  const ys = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) ys[3 * i + (xs[3 * i]! > 0.3 ? 2 : xs[3 * i + 1]! > 0 ? 1 : 0)] = 1;
  return { xs: tensor2d(xs, [count, 3]), ys: tensor2d(ys, [count, 3]) };
}

/** An embedding and a convolution. */
export function words(): Sequential {
  const model = sequential();
  model.add(layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 6 }));
  model.add(layers.conv1d({ filters: 3, kernelSize: 2, activation: 'relu' }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1 }));
  seed(model);
  return model;
}

/** Its data: texts of six words out of seven, and a number for each. */
export function texts(count: number): Data {
  const random = randomFrom(5);
  const xs = Float32Array.from({ length: 6 * count }, () => Math.floor(7 * random()));
  return { xs: tensor2d(xs, [count, 6]), ys: tensor2d(noise(count, 6), [count, 1]) };
}

/** An LSTM. */
export function memory(): Sequential {
  const model = sequential();
  // The default initializer needs a method of tensors that is not there.
  model.add(layers.lstm({ units: 2, inputShape: [2, 2], recurrentInitializer: 'zeros' }));
  model.add(layers.dense({ units: 1 }));
  seed(model);
  return model;
}

/** Its data: pairs in twos, and a number for each. */
export const series = (count: number): Data => ({
  xs: tensor3d(noise(4 * count, 8), [count, 2, 2]),
  ys: tensor2d(noise(count, 9), [count, 1]),
});

/** One layer without an activation: every gradient changes from step to step. */
export function line(): Sequential {
  const model = sequential();
  model.add(layers.dense({ units: 2, inputShape: [3] }));
  seed(model);
  return model;
}

/** Its data: numbers that it is far from. */
export const distances = (count: number): Data => ({
  xs: tensor2d(noise(3 * count, 10), [count, 3]),
  ys: tensor2d(noise(2 * count, 11, 100), [count, 2]),
});

type Loss = 'categoricalCrossentropy' | 'meanSquaredError';

interface Fitting {
  readonly batchSize?: number;
  readonly epochs?: number;
}

/** Fits a model that is compiled, in the order of the data and without pauses; gives the losses. */
export async function fitOn(
  model: LayersModel,
  { xs, ys }: Data,
  { batchSize = 2, epochs = 1 }: Fitting = {},
): Promise<unknown> {
  const args = { batchSize, epochs, shuffle: false, verbose: 0, yieldEvery: 'never' } as const;
  return (await model.fit(xs, ys, args)).history['loss'];
}

/** Compiles a model, and fits it. */
export async function learn(
  model: LayersModel,
  optimizer: Optimizer,
  data: Data,
  { loss = 'categoricalCrossentropy', ...fitting }: Fitting & { readonly loss?: Loss } = {},
): Promise<unknown> {
  model.compile({ optimizer, loss });
  return fitOn(model, data, fitting);
}
