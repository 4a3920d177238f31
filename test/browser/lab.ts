/** What is tried, in the page and again in Node: all that decides about a bit is here. Results are JSON. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { digest, numbers } from './numbers.js';

/** What `tf.train` and `lanestep/tfjs` both have. */
export interface DropIns {
  sgd(learningRate: number): tf.Optimizer;
  momentum(learningRate: number, momentum: number, useNesterov?: boolean): tf.Optimizer;
  adagrad(learningRate: number): tf.Optimizer;
  adadelta(learningRate?: number): tf.Optimizer;
  adam(learningRate?: number): tf.Optimizer;
  adamax(learningRate?: number): tf.Optimizer;
  rmsprop(
    learningRate: number,
    decay?: number,
    momentum?: number,
    epsilon?: number | null,
    centered?: boolean,
  ): tf.Optimizer;
}

/** lanestep, as the page and Node import it. */
export interface Lanestep {
  readonly tfjs: DropIns & { adamW(options: { lr: number }): tf.Optimizer; register(): void };
  readonly Adam: new (params: readonly Float32Array[]) => { step(grads: readonly Float32Array[]): void };
}

type Backend = 'wasm' | 'cpu';
type Side = 'lanestep' | 'stock';

const makers = {
  sgd: from => from.sgd(0.125),
  momentum: from => from.momentum(0.03, 0.9),
  'momentum, Nesterov': from => from.momentum(0.03, 0.9, true),
  adagrad: from => from.adagrad(0.1),
  adadelta: from => from.adadelta(0.5),
  adam: from => from.adam(0.01),
  adamax: from => from.adamax(0.01),
  rmsprop: from => from.rmsprop(0.003, 0.9, 0.5),
  'rmsprop, centered': from => from.rmsprop(0.001, 0.9, 0.5, 1e-14, true),
} satisfies Record<string, (from: DropIns) => tf.Optimizer>;

/** The name of a drop-in with its flags. */
export type Name = keyof typeof makers;

/** All of them. */
export const names = Object.keys(makers) as Name[];

// The last batch of an epoch is a short one, and no length is a multiple of a vector's.
const rows = 60;
const batchSize = 8;
const [inputs, hidden, outputs] = [19, 37, 5];
/** The steps of an epoch. */
export const stepsPerEpoch = Math.ceil(rows / batchSize);

function network(optimizer: tf.Optimizer): layers.LayersModel {
  // Nothing but + - * / and roots, so that the bits of the cpu backend are every engine's, too. And no unit that sleeps:
  // TensorFlow.js' centered RMSProp makes a NaN of a gradient of zero.
  const kernelInitializer = 'zeros';
  const model = layers.sequential({
    layers: [
      layers.layers.dense({ units: hidden, inputShape: [inputs], kernelInitializer }),
      layers.layers.leakyReLU({ alpha: 0.25 }),
      layers.layers.dense({ units: outputs, kernelInitializer }),
    ],
  });
  const weights = model
    .getWeights()
    .map(({ shape, size }, i) => tf.tensor(numbers(size, i), shape as number[], 'float32'));
  model.setWeights(weights);
  tf.dispose(weights);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

async function train(model: layers.LayersModel, epochs: number): Promise<void> {
  const x = tf.tensor2d(numbers(rows * inputs, 100), [rows, inputs]);
  const y = tf.tensor2d(numbers(rows * outputs, 101), [rows, outputs]);
  await model.fit(x, y, { batchSize, epochs, shuffle: false, verbose: 0 });
  tf.dispose([x, y]);
}

const weightsOf = (model: layers.LayersModel) =>
  digest(model.getWeights().map(weight => weight.dataSync<'float32'>()));

/** Makes TensorFlow.js run on a backend. */
export async function on(backend: Backend): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} does not start`);
}

/** The memory of TensorFlow.js' WebAssembly. */
export const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.buffer;

/** @param storage where a model is saved, and loaded from */
export function lab({ tfjs, Adam }: Lanestep, storage: string | tf.io.IOHandler) {
  tfjs.register();
  const make = (name: Name, side: Side) => makers[name](side === 'stock' ? tf.train : tfjs);

  return {
    /** Some hundred steps. */
    async fit(name: Name, side: Side, backend: Backend = 'wasm') {
      await on(backend);
      const optimizer = make(name, side);
      const model = network(optimizer);
      const before = await weightsOf(model);
      await train(model, 13);
      const result = { before, after: await weightsOf(model), steps: optimizer.iterations };
      model.dispose();
      optimizer.dispose();
      return result;
    },

    /** As many steps of an optimizer that TensorFlow.js does not have. */
    async adamW() {
      await on('wasm');
      const model = network(tfjs.adamW({ lr: 0.01 }));
      await train(model, 13);
      return { after: await weightsOf(model), steps: model.optimizer.iterations };
    },

    /** Training that is broken off, saved, loaded and gone on with; `adamW` stands for what only lanestep has. */
    async resume(name: Name | 'adamW', side: Side) {
      await on('wasm');
      const model = network(name === 'adamW' ? tfjs.adamW({ lr: 0.01 }) : make(name, side));
      await train(model, 7);
      await model.save(storage, { includeOptimizer: true });
      const loaded = await layers.loadLayersModel(storage);
      const saved = await weightsOf(loaded);
      await train(loaded, 6);
      return {
        className: loaded.optimizer.getClassName(),
        saved,
        after: await weightsOf(loaded),
        steps: loaded.optimizer.iterations,
      };
    },

    /** What is left of a thousand steps of `fit`, and of a hundred of `minimize`, which no `tidy` cleans up after. */
    async leftovers() {
      await on('wasm');
      const optimizer = make('adam', 'lanestep');
      const model = network(optimizer);
      const weights = model.trainableWeights.map(weight => weight.read() as tf.Variable);
      const loss = (): tf.Scalar => tf.addN(weights.map(weight => tf.sum(tf.square(weight))));
      const held = () => ({ tensors: tf.memory().numTensors, bytes: tf.memory().numBytes });
      await train(model, 1);
      const before = held();
      await train(model, 125);
      const fitted = held();
      for (let t = 0; t < 100; t++) optimizer.minimize(loss);
      const result = { before, fitted, minimized: held(), steps: optimizer.iterations };
      model.dispose();
      optimizer.dispose();
      return result;
    },

    /** Steps from whose numbers somebody holds on to all, so that the heap has to grow, and within steps, too. */
    async crowd(side: Side) {
      await on('wasm');
      const optimizer = make('adam', side);
      const length = 2 ** 18 + 3;
      const variable = tf.variable(tf.tensor1d(numbers(length, 0)));
      const held: tf.Tensor[] = [];
      let grown = 0;
      for (let t = 1; t <= 20; t++) {
        const gradient = tf.tensor1d(numbers(length, t));
        held.push(gradient, variable.clone());
        const before = heap().byteLength;
        optimizer.applyGradients({ [variable.name]: gradient });
        if (heap().byteLength > before) grown++;
      }
      const result = { after: await digest([variable.dataSync<'float32'>()]), grown };
      tf.dispose([variable, ...held]);
      optimizer.dispose();
      return result;
    },

    /** lanestep by itself, over arrays of the page's: short ones, and one longer than a tile. */
    async plain() {
      const lengths = [1, 7, 1000, 50_003];
      const params = lengths.map(numbers);
      const optimizer = new Adam(params);
      for (let t = 1; t <= 100; t++) {
        optimizer.step(lengths.map((length, i) => numbers(length, t * lengths.length + i)));
      }
      return { after: await digest(params) };
    },
  };
}

/** All that can be tried. */
export type Lab = ReturnType<typeof lab>;
