/**
 * A training loop of one's own in TensorFlow.js, with what it lacks: AdamW, a learning rate with warm-up, and clipping by
 * the global norm that costs no pass over the gradients, since the optimizer multiplies them on the way.
 */
import {
  dispose,
  losses,
  matMul,
  memory,
  relu,
  type Scalar,
  slice,
  type Tensor2D,
  tensor2d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
// Registers the gradients of all operations, which core on Node does not.
import '@tensorflow/tfjs-layers';
import { cosine, Random, warmup } from 'lanestep';
import { adamW } from 'lanestep/tfjs';
import { percent } from '../language/format.js';
import { backendNames, start } from './backend.js';
import { clippingCoefficient, globalNorm } from './clipping.js';
import { backendOf, read, refuse, whole } from './command-line.js';
import { languages, readData, tensorsOf, width } from './data.js';
import { accuracy } from './evaluation.js';

const usage = `Usage: node out/examples/tfjs/loop.js [options]
  --backend NAME   TensorFlow.js' backend: ${backendNames.join(', ')} (wasm)
  --epochs N       1 to 100 (4)
  --max-norm X     the largest norm of the gradients, > 0 (0.3)
  --names N        learn from so many names (all)
  --help`;

const given = read({ backend: 'wasm', epochs: '4', 'max-norm': '0.3', names: '100000' }, usage);
const tfjsBackend = backendOf(given.backend, usage);
const epochs = whole(given.epochs, 'epochs', [1, 100], usage);
const maxNorm = Number(given['max-norm']);
if (!(maxNorm > 0)) refuse('--max-norm takes a number > 0', usage);

const batchSize = 64;

await start(tfjsBackend);
const before = memory().numTensors;
const data = readData(whole(given.names, 'names', [2 * batchSize, 100_000], usage));
const { x, y } = tensorsOf(data.train);
const test = tensorsOf(data.test);

// Uniform within ±√(6 / (rows + columns)), as Glorot and Bengio have it.
const random = new Random(1);
function weights(rows: number, columns: number, name: string): Variable {
  const bound = Math.sqrt(6 / (rows + columns));
  const values = Float32Array.from({ length: rows * columns }, () => (2 * random.uniform() - 1) * bound);
  return tidy(() => variable(tensor2d(values, [rows, columns]), true, name));
}
const hidden = 64;
const w1 = weights(width, hidden, 'w1');
const w2 = weights(hidden, languages.length, 'w2');
const scores = (rows: Tensor2D): Tensor2D => matMul(relu(matMul(rows, w1)), w2) as Tensor2D;

const row = (cells: readonly string[]): string => cells.map(cell => cell.padStart(12)).join('');

const batches = Math.floor(data.train.count / batchSize);
const steps = epochs * batches;
const warm = Math.ceil(steps / 10);
const optimizer = adamW({
  lr: warmup({ steps: warm, schedule: cosine({ lr: 0.004, tMax: steps - warm }) }),
  weightDecay: 0.02,
});

console.log(row(['epoch', 'loss', 'lr', 'clipped', 'accuracy']));
for (let epoch = 1; epoch <= epochs; epoch++) {
  let loss = 0;
  let clipped = 0;
  for (let batch = 0; batch < batches; batch++) {
    const from = batch * batchSize;
    const rows = slice(x, [from, 0], [batchSize, width]);
    const labels = slice(y, [from, 0], [batchSize, languages.length]);
    const { value, grads } = variableGrads(() => losses.softmaxCrossEntropy(labels, scores(rows)) as Scalar);

    const coefficient = clippingCoefficient(globalNorm(grads), maxNorm);
    if (coefficient < 1) clipped++;
    optimizer.set({ gradientScale: coefficient });
    optimizer.applyGradients(grads);

    loss += value.dataSync()[0]! / batches;
    dispose([value, grads, rows, labels]);
  }
  const right = tidy(() => accuracy(scores(test.x), data.test));
  const lr = optimizer.learningRate.toExponential(3);
  console.log(row([String(epoch), loss.toFixed(4), lr, `${clipped} of ${batches}`, percent(right)]));
}

optimizer.dispose();
dispose([x, y, test.x, test.y, w1, w2]);
console.log(`\ntensors before and after: ${before} and ${memory().numTensors}`);
process.exitCode = memory().numTensors === before ? 0 : 1;
