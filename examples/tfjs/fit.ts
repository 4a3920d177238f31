/**
 * `model.fit` with TensorFlow.js' own optimizer and with lanestep's in its place, side by side:
 *
 *     -  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
 *     +  model.compile({ optimizer: adam(1e-3), loss: 'categoricalCrossentropy' });
 *
 * The weights must come out with the same bits.
 */
import { createHash } from 'node:crypto';
import { type Optimizer, type Tensor2D, train } from '@tensorflow/tfjs-core';
import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { backend } from 'lanestep';
import { adadelta, adagrad, adam, adamax, momentum, rmsprop, sgd } from 'lanestep/tfjs';
import { duration, percent, times } from '../language/format.js';
import { table } from '../language/terminal.js';
import { backendNames, start } from './backend.js';
import { backendOf, read, refuse, whole } from './command-line.js';
import { languages, readData, tensorsOf, width } from './data.js';
import { accuracy } from './evaluation.js';
import { Stopwatch } from './stopwatch.js';

const batchSize = 64;

/** Both of each, with the same arguments. */
const pairs: Record<string, { stock: () => Optimizer; dropIn: () => Optimizer }> = {
  sgd: { stock: () => train.sgd(0.5), dropIn: () => sgd(0.5) },
  momentum: { stock: () => train.momentum(0.1, 0.9, true), dropIn: () => momentum(0.1, 0.9, true) },
  adagrad: { stock: () => train.adagrad(0.05), dropIn: () => adagrad(0.05) },
  adadelta: { stock: () => train.adadelta(0.5), dropIn: () => adadelta(0.5) },
  adam: { stock: () => train.adam(0.002), dropIn: () => adam(0.002) },
  adamax: { stock: () => train.adamax(0.005), dropIn: () => adamax(0.005) },
  rmsprop: { stock: () => train.rmsprop(0.001), dropIn: () => rmsprop(0.001) },
};

const usage = `Usage: node out/examples/tfjs/fit.js [options]
  --backend NAME     TensorFlow.js' backend: ${backendNames.join(', ')} (cpu)
  --optimizer NAME   ${Object.keys(pairs).join(', ')} (adam)
  --epochs N         epochs of each, 1 to 100 (3)
  --names N          learn from so many names (all)
  --help`;

/** A network of so many features, 64 hidden units and a softmax: the same weights every time. */
function network(optimizer: Optimizer): LayersModel {
  const from = (seed: number) => initializers.glorotUniform({ seed });
  const model = sequential({
    layers: [
      layers.dense({ units: 64, inputShape: [width], activation: 'relu', kernelInitializer: from(1) }),
      layers.dense({ units: languages.length, activation: 'softmax', kernelInitializer: from(2) }),
    ],
  });
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  return model;
}

/** SHA-256 over the bytes of all weights. */
function digest(model: LayersModel): string {
  const hash = createHash('sha256');
  for (const weight of model.getWeights()) hash.update(weight.dataSync());
  return hash.digest('hex');
}

/** One of the two that train by turns. */
class Side {
  readonly optimizer: Optimizer;
  readonly model: LayersModel;
  readonly stopwatch: Stopwatch;
  ms = 0;

  constructor(optimizer: Optimizer) {
    this.optimizer = optimizer;
    this.stopwatch = new Stopwatch(optimizer);
    this.model = network(optimizer);
  }

  async epoch(x: Tensor2D, y: Tensor2D): Promise<void> {
    const begin = performance.now();
    await this.model.fit(x, y, { epochs: 1, batchSize, shuffle: false, verbose: 0 });
    this.ms += performance.now() - begin;
  }

  /** Of a batch, in milliseconds: all of it, and the step. */
  get perBatch(): { all: number; step: number } {
    const { ms, steps } = this.stopwatch;
    return { all: this.ms / steps, step: ms / steps };
  }
}

const given = read({ backend: 'cpu', optimizer: 'adam', epochs: '3', names: '100000' }, usage);
const tfjsBackend = backendOf(given.backend, usage);
if (!Object.hasOwn(pairs, given.optimizer)) refuse(`There is no optimizer ${given.optimizer}`, usage);
const pair = pairs[given.optimizer]!;
const epochs = whole(given.epochs, 'epochs', [1, 100], usage);

await start(tfjsBackend);
const data = readData(whole(given.names, 'names', [2 * batchSize, 100_000], usage));
const { x, y } = tensorsOf(data.train);
const test = tensorsOf(data.test);
const [stock, dropIn] = [new Side(pair.stock()), new Side(pair.dropIn())];
const { name, instructionSet, threads } = backend();
console.log(
  `${data.train.count} names in ${languages.length} languages; ${stock.model.countParams()} parameters; ` +
    `TensorFlow.js on ${tfjsBackend}, lanestep on ${name} (${instructionSet}, up to ${threads} threads)\n`,
);
console.log(`  -  optimizer: tf.train.${given.optimizer}(…)`);
console.log(`  +  optimizer: ${given.optimizer}(…)              from 'lanestep/tfjs'\n`);

for (let epoch = 1; epoch <= epochs; epoch++) {
  // By turns, so that a busy moment of the machine is nobody's disadvantage.
  for (const side of epoch % 2 ? [stock, dropIn] : [dropIn, stock]) await side.epoch(x, y);
  // The first epoch is for the engine to get warm, where there are more.
  if (epoch === 1 && epochs > 1) {
    for (const side of [stock, dropIn]) {
      side.ms = 0;
      side.stopwatch.reset();
    }
  }
}

const column = (side: Side): string[] => {
  const scores = side.model.predict(test.x) as Tensor2D;
  const right = accuracy(scores, data.test);
  scores.dispose();
  const { all, step } = side.perBatch;
  return [
    percent(right),
    duration(all),
    duration(step),
    percent(step / all),
    digest(side.model).slice(0, 16),
  ];
};
const [left, right] = [column(stock), column(dropIn)];
const titles = ['accuracy on unseen names', 'a batch', 'its step', 'share of the step', 'weights'];
console.log(
  table(
    ['', 'tf.train', 'lanestep'],
    titles.map((title, i) => [title, left[i]!, right[i]!]),
  ),
);
const faster = (of: 'all' | 'step') => times(stock.perBatch[of] / dropIn.perBatch[of]);
console.log(`\n  The step is ${faster('step')} as fast, all of fit ${faster('all')}.`);

const [ours, theirs] = [digest(dropIn.model), digest(stock.model)];
console.log(
  ours === theirs
    ? `  The weights have the same bits: ${ours}`
    : `  The weights DIFFER: ${ours} and ${theirs}`,
);
for (const side of [stock, dropIn]) {
  side.model.dispose();
  side.optimizer.dispose();
}
process.exitCode = ours === theirs ? 0 : 1;
