// A model that was saved with its optimizer and loaded again goes on: as stock does, or as if it had not stopped.
import { dispose, type Optimizer } from '@tensorflow/tfjs-core';
import type { LayersModel, Sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type LanestepOptimizer, nadam, register } from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { every } from './classes.js';
import { dense, fitOn, learn, points, weightsOf } from './models.js';
import { expectBits } from './numbers.js';
import { load, save } from './saving.js';
import { kinds, type Twins, twins } from './seven.js';
import { read } from './weights.js';

const loss = 'categoricalCrossentropy';
const first = { loss, epochs: 2 } as const;

beforeAll(() => register());

/** Trains, saves, loads and goes on; `between` sees both models. */
async function resumed(
  optimizer: Optimizer,
  between: (before: LayersModel, after: LayersModel) => unknown = before => before.dispose(),
  size = 16,
): Promise<Float32Array[]> {
  const data = points(size);
  const model = dense();
  await learn(model, optimizer, data, first);
  const loaded = await load(await save(model));
  await between(model, loaded);
  await fitOn(loaded, data);
  const weights = weightsOf(loaded);
  loaded.dispose();
  dispose([data.xs, data.ys]);
  return weights;
}

/** The same without a stop. */
async function continued(optimizer: Optimizer, size = 16): Promise<Float32Array[]> {
  const data = points(size);
  const model = dense();
  await learn(model, optimizer, data, first);
  await fitOn(model, data);
  const weights = weightsOf(model);
  model.dispose();
  dispose([data.xs, data.ys]);
  return weights;
}

function expectSame(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expected.forEach((values, i) => {
    expectBits(actual[i]!, values, `weight ${i}`);
  });
}

/** What of an optimizer comes back. */
async function comesBack(before: LayersModel, after: LayersModel): Promise<void> {
  const [one, other] = [before.optimizer as LanestepOptimizer, after.optimizer as LanestepOptimizer];
  expect(other).not.toBe(one);
  expect(other.constructor).toBe(one.constructor);
  expect(other.getConfig()).toEqual(one.getConfig());
  expect(other.iterations).toBe(16);
  const [weights, loaded] = [read(await one.getWeights()), read(await other.getWeights())];
  expect(loaded).toEqual(weights);
  before.dispose();
}

onEach(() => {
  // Stock Adamax cannot be saved.
  test.each(kinds.filter(({ name }) => name !== 'adamax'))('as stock: $title', async ({ stock, ours }) => {
    const expected = await resumed(stock());
    expectSame(await resumed(ours(), comesBack), expected);
  });

  test('stock Adam goes on otherwise than if it had not stopped, and so do we', async () => {
    const { stock, ours } = twins('adam', 0.5);
    const [through, stopped] = [await continued(stock(), 60), await resumed(stock(), undefined, 60)];
    expect(stopped).not.toEqual(through);
    expectSame(await continued(ours(), 60), through);
    expectSame(await resumed(ours(), undefined, 60), stopped);
  });

  test('Adamax goes on as if it had not stopped', async () => {
    const { stock, ours } = twins('adamax', 0.05, 0.8, 0.9, null, 0.01);
    expectSame(await resumed(ours(), comesBack), await continued(stock()));
  });

  test.each(every)('as if it had not stopped: $title', async ({ wrapped }) => {
    expectSame(await resumed(wrapped(), comesBack), await continued(wrapped()));
  });

  describe('beside the original, whose names the loaded model cannot have', () => {
    const beside = async (before: LayersModel, after: LayersModel) => {
      const names = (model: LayersModel) => model.weights.map(({ name }) => name);
      expect(names(after).filter(name => names(before).includes(name))).toEqual([]);
      // It goes its own way.
      const data = points(10);
      await fitOn(before, data);
      dispose([data.xs, data.ys]);
      living.push(before);
    };
    const living: LayersModel[] = [];

    const pair = async ({ stock, ours }: Twins) => {
      const expected = await resumed(stock());
      expectSame(await resumed(ours(), beside), expected);
      living.pop()!.dispose();
    };
    test('momentum', () => pair(twins('momentum', 0.05, 0.9)));
    test('adam', () => pair(twins('adam', 0.05)));

    test('NAdam', async () => {
      const { wrapped } = every.find(({ name }) => name === 'NAdam')!;
      expectSame(await resumed(wrapped(), beside), await continued(wrapped()));
      living.pop()!.dispose();
    });
  });
});

// Stock fails there: it has more state than variables, and goes by their place in the list.
onEach(() => {
  test.each(['its original lives', 'its original is gone'])(
    'partly frozen, saved, loaded and thawed while %s',
    async how => {
      const data = points(8);
      const train = async (stop: boolean) => {
        const optimizer = nadam();
        let model: LayersModel = dense();
        await learn(model as Sequential, optimizer, data, first);
        model.layers[0]!.trainable = false;
        await learn(model as Sequential, optimizer, data, first);
        const originals = [model];
        if (stop) {
          const saved = await save(model);
          if (how.endsWith('gone')) model.dispose();
          model = await load(saved);
          originals.push(model);
        }
        await fitOn(model, data);
        model.layers[0]!.trainable = true;
        await learn(model as Sequential, model.optimizer, data, first);
        const weights = weightsOf(model);
        model.optimizer.dispose();
        optimizer.dispose();
        for (const one of originals) if (one === model || !how.endsWith('gone')) one.dispose();
        return weights;
      };
      expectSame(await train(true), await train(false));
      dispose([data.xs, data.ys]);
    },
  );
});
