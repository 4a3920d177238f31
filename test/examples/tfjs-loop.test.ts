// loop.js against the same training without the drop-in: gradients that are clipped themselves, and AdamW over plain arrays.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  dispose,
  losses,
  matMul,
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
// Registers the gradients, which core on Node has not by itself.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { start } from '../../examples/tfjs/backend.js';
import { type Data, languages, readData, tensorsOf, width } from '../../examples/tfjs/data.js';
import { AdamW, cosine, Random, warmup } from '../../src/index.js';

const program = fileURLToPath(new URL('../../out/examples/tfjs/loop.js', import.meta.url));
const missing = existsSync(program) ? '' : ' (skipped: out/ is missing, npm run build makes it)';

const names = 512;
const epochs = 4;
const size = 64;
const batches = names / size;
const hidden = 64;

interface Epoch {
  readonly loss: number;
  readonly clipped: number;
}

/** What the program prints of each epoch. */
function printed(maxNorm: number): Epoch[] {
  const args = ['--backend', 'cpu', '--names', String(names), '--epochs', String(epochs)];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...args, '--max-norm', String(maxNorm)],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  const rows = [...stdout.matchAll(/^ +\d +([\d.]+) +\S+ +(\d+) of \d+ /gm)];
  return rows.map(([, loss, clipped]) => ({ loss: Number(loss), clipped: Number(clipped) }));
}

function glorot(random: Random, rows: number, columns: number): Float32Array {
  const bound = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => (2 * random.uniform() - 1) * bound);
}

/** What it should be. */
function trained({ train }: Data, maxNorm: number, weightDecay = 0.02): Epoch[] {
  const { x, y } = tensorsOf(train);
  const random = new Random(1);
  const arrays = [glorot(random, width, hidden), glorot(random, hidden, languages.length)];
  const shapes: [number, number][] = [
    [width, hidden],
    [hidden, languages.length],
  ];
  const variables = arrays.map((values, i) => tidy(() => variable(tensor2d(values.slice(), shapes[i]!))));
  const [w1, w2] = variables as [Variable, Variable];
  const warm = Math.ceil((epochs * batches) / 10);
  const optimizer = new AdamW(arrays, {
    lr: warmup({ steps: warm, schedule: cosine({ lr: 0.004, tMax: epochs * batches - warm }) }),
    weightDecay,
  });
  const found: Epoch[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let [loss, clipped] = [0, 0];
    for (let from = 0; from < names; from += size) {
      tidy(() => {
        const rows = slice(x, [from, 0], [size, width]);
        const labels = slice(y, [from, 0], [size, languages.length]);
        const { value, grads } = variableGrads(() => {
          const scores = matMul(relu(matMul(rows, w1)), w2) as Tensor2D;
          return losses.softmaxCrossEntropy(labels, scores) as Scalar;
        });
        loss += value.dataSync()[0]! / batches;
        const gradients = variables.map(({ name }) => grads[name]!.dataSync<'float32'>());
        const norm = Math.sqrt(gradients.reduce((sum, g) => g.reduce((s, one) => s + one * one, sum), 0));
        const coefficient = Math.min(1, maxNorm / (norm + 1e-6));
        if (coefficient < 1) clipped++;
        optimizer.step(gradients.map(gradient => gradient.map(one => one * coefficient)));
        // A copy: the tensor would have the array itself, which the next step writes to.
        variables.forEach((one, i) => void one.assign(tensor2d(arrays[i]!.slice(), shapes[i]!)));
      });
    }
    found.push({ loss, clipped });
  }
  optimizer.dispose();
  dispose([x, y, ...variables]);
  return found;
}

describe.skipIf(missing)(`loop.js${missing}`, () => {
  let data: Data;
  beforeAll(async () => {
    await start('cpu');
    data = readData(names);
  });

  // AdamW does not see a scale that stays: 0.15 clips some batches and not others, 1000 none.
  test.each([0.15, 1000])('trains as with clipped gradients, --max-norm %d', maxNorm => {
    const expected = trained(data, maxNorm);
    const shown = printed(maxNorm);
    expect(shown.map(({ clipped }) => clipped)).toEqual(expected.map(({ clipped }) => clipped));
    // Four digits are printed.
    shown.forEach(({ loss }, i) => {
      expect(Math.abs(loss - expected[i]!.loss)).toBeLessThan(1e-4);
    });
  });

  // Or the test above would hold for a program that clips nothing, or decays nothing.
  test('clipping and decay show in what is compared', () => {
    const last = (maxNorm: number, weightDecay?: number) => trained(data, maxNorm, weightDecay).at(-1)!.loss;
    const usual = last(0.15);
    expect(Math.abs(last(1000) - usual)).toBeGreaterThan(3e-4);
    expect(Math.abs(last(0.15, 0) - usual)).toBeGreaterThan(3e-4);
  });
});
