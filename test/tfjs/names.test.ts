// State belongs to variables by their names, where stock goes by the place in a list.
import { dispose, type Optimizer, tensor1d, variable } from '@tensorflow/tfjs-core';
import type { LayersModel, Sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { NAdam } from '../../src/index.js';
import { nadam } from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { dense, fitOn, learn, points, weightsOf } from './models.js';
import { expectBits, noise } from './numbers.js';
import { mirrors } from './plain.js';
import { record, replay } from './recorded.js';
import { expectSameRun, run, type Step, stepOf } from './runs.js';
import { kinds, twins } from './seven.js';
import { numbersOf } from './weights.js';

const loss = 'categoricalCrossentropy';
const namesOf = (...models: LayersModel[]) =>
  models.flatMap(({ weights }) => weights.map(({ name }) => name));

/** Trains, freezes the first layer and trains, thaws it and trains, all with one optimizer. */
async function freezing(model: Sequential, optimizer: Optimizer): Promise<void> {
  const data = points(12);
  await learn(model, optimizer, data, { loss });
  model.layers[0]!.trainable = false;
  await learn(model, optimizer, data, { loss });
  model.layers[0]!.trainable = true;
  await learn(model, optimizer, data, { loss });
  dispose([data.xs, data.ys]);
}

onEach(() => {
  const all = [
    ...mirrors.map(mirror => ({
      title: mirror.title,
      ours: () => mirror.ours(0.05),
      plain: (params: Float32Array[]) => mirror.plain(params, 0.05),
    })),
    { title: 'NAdam', ours: () => nadam(), plain: (params: Float32Array[]) => new NAdam(params) },
  ];

  describe.each(all)('$title', ({ ours, plain }) => {
    test('a layer that is frozen and thawed', async () => {
      const model = dense();
      const optimizer = ours();
      const steps = record(optimizer);
      const params = weightsOf(model);
      await freezing(model, optimizer);
      expect(steps.map(({ size }) => size)).toEqual([4, 2, 4].flatMap(n => Array(6).fill(n)));
      replay(plain(params), namesOf(model), steps);
      weightsOf(model).forEach((values, i) => {
        expectBits(values, params[i]!, `weight ${i}`);
      });
      optimizer.dispose();
      model.dispose();
    });

    test('two models that share it', async () => {
      const [one, other] = [dense(), dense('tanh')];
      const optimizer = ours();
      const steps = record(optimizer);
      const params = [one, other].flatMap(weightsOf);
      const data = points(8);
      for (const model of [one, other]) model.compile({ optimizer, loss });
      for (const model of [one, other, one, one, other]) await fitOn(model, data);
      replay(plain(params), namesOf(one, other), steps);
      [one, other].flatMap(weightsOf).forEach((values, i) => {
        expectBits(values, params[i]!, `weight ${i}`);
      });
      optimizer.dispose();
      dispose([data.xs, data.ys]);
      one.dispose();
      other.dispose();
    });
  });

  // As in stock where it is appended to the list: what belongs to the optimizer, it finds as far as that is.
  describe('variables that come later', () => {
    const step: Step = (optimizer, t) =>
      stepOf(optimizer, t <= 4 ? ['w'] : t <= 8 ? ['w', 'b'] : ['w', 'b', 's', 'k'], t);
    test.each(kinds)('$title', async ({ stock, ours }) => {
      expectSameRun(await run(ours, step, 12), await run(stock, step, 12));
    });
  });

  describe('what stock does instead', () => {
    /** Both, then the second alone, then both, of one shape. */
    const alternating = async (optimizer: Optimizer): Promise<Float32Array> => {
      const [a, b] = ['a', 'b'].map((name, i) => {
        const value = tensor1d(noise(5, i + 1));
        const made = variable(value, true, name);
        value.dispose();
        return made;
      });
      for (let t = 1; t <= 9; t++) {
        const alone = t > 3 && t <= 6;
        const gradients = [tensor1d(noise(5, 10 + t)), tensor1d(noise(5, 50 + t))];
        optimizer.applyGradients(alone ? { b: gradients[1]! } : { a: gradients[0]!, b: gradients[1]! });
        dispose(gradients);
      }
      const values = numbersOf(b!);
      optimizer.dispose();
      dispose([a!, b!]);
      return values;
    };

    // https://github.com/tensorflow/tfjs/issues/4290. Adadelta's averages begin and stay equal there, whoever they belong
    // to, so that their quotient is 1 and every step that of SGD.
    test.each(kinds.filter(({ name }) => name !== 'sgd' && name !== 'adadelta'))(
      "a variable gets another's state: $title",
      async ({ stock, ours }) => {
        expect(await alternating(stock())).not.toEqual(await alternating(ours()));
      },
    );

    test('or it fails, when they have other shapes', async () => {
      const { stock, ours } = twins('momentum', 0.05, 0.9);
      const [model, other] = [dense(), dense()];
      const mine = ours();
      await expect(freezing(model, stock())).rejects.toThrow('broadcast');
      await expect(freezing(other, mine)).resolves.toBe(undefined);
      mine.dispose();
      model.dispose();
      other.dispose();
    });
  });
});
