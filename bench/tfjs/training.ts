/** A model in training, and how long its steps take. */
import type { Optimizer } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../contestants/tfjs.js';
import { median } from '../statistics.js';
import type { Model } from './cases.js';
import type { Side } from './results.js';

export type Layers = typeof import('@tensorflow/tfjs-layers');

/** Examples and labels that mean nothing, the same ones for everyone. */
export function madeUp(tf: Tfjs, widths: readonly number[], examples: number) {
  const [inputs, classes] = [widths[0]!, widths.at(-1)!];
  return tf.tidy(() => ({
    xs: tf.randomUniform([examples, inputs], 0, 1, 'float32', 1),
    ys: tf.oneHot(
      tf.tensor1d(
        Array.from({ length: examples }, (_, i) => (i * 7) % classes),
        'int32',
      ),
      classes,
    ),
  }));
}

function modelOf({ sequential, layers, initializers }: Layers, widths: readonly number[]) {
  const model = sequential();
  widths.slice(1).forEach((units, i) => {
    const last = i === widths.length - 2;
    model.add(
      layers.dense({
        units,
        activation: last ? 'softmax' : 'relu',
        kernelInitializer: initializers.glorotUniform({ seed: i + 1 }),
        ...(i === 0 ? { inputShape: [widths[0]!] } : {}),
      }),
    );
  });
  return model;
}

/** When each `applyGradients` began and ended, in milliseconds. */
interface Clock {
  readonly begins: number[];
  readonly ends: number[];
}

function clocked(optimizer: Optimizer): Clock {
  const clock: Clock = { begins: [], ends: [] };
  const apply = optimizer.applyGradients;
  optimizer.applyGradients = gradients => {
    clock.begins.push(performance.now());
    apply.call(optimizer, gradients);
    clock.ends.push(performance.now());
  };
  return clock;
}

/** A model in training. */
export class Training {
  readonly name: string;
  readonly #samples: number[] = [];
  readonly #updates: number[] = [];
  readonly #model: ReturnType<typeof modelOf>;
  readonly #optimizer: Optimizer;
  readonly #clock: Clock;
  readonly #data: ReturnType<typeof madeUp>;
  readonly #batch: number;
  #steps = 0;

  constructor(
    name: string,
    optimizer: Optimizer,
    layers: Layers,
    { widths, batch }: Model,
    data: ReturnType<typeof madeUp>,
  ) {
    this.name = name;
    this.#optimizer = optimizer;
    this.#clock = clocked(optimizer);
    this.#model = modelOf(layers, widths);
    this.#model.compile({ optimizer, loss: 'categoricalCrossentropy' });
    this.#data = data;
    this.#batch = batch;
  }

  /** An epoch; its medians are kept where it counts. */
  async epoch(counts: boolean): Promise<void> {
    const { begins, ends } = this.#clock;
    begins.length = 0;
    ends.length = 0;
    const { xs, ys } = this.#data;
    await this.#model.fit(xs, ys, {
      batchSize: this.#batch,
      epochs: 1,
      shuffle: false,
      verbose: 0,
      yieldEvery: 'never',
    });
    this.#steps += ends.length;
    if (!counts) return;
    // From the end of one update to the end of the next is one training step; where the first began is not known.
    const steps = ends.slice(1).map((end, i) => end - ends[i]!);
    this.#samples.push(median(steps) / 1e3);
    this.#updates.push(median(ends.map((end, i) => end - begins[i]!)) / 1e3);
  }

  look(): Float32Array[] {
    return this.#model.getWeights().map(weight => weight.dataSync<'float32'>().slice());
  }

  get side(): Side {
    return { samples: this.#samples, updates: this.#updates, steps: this.#steps };
  }

  dispose(): void {
    this.#model.dispose();
    this.#optimizer.dispose();
  }
}
