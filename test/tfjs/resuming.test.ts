// getWeights() and setWeights(): with the variables kept, and with gradients that had gaps.
import { clone, dispose, type Optimizer, scalar, tensor, type Variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { LanestepOptimizer } from '../../src/tfjs/index.js';
import { adam, adamW, nadam, sgd } from '../../src/tfjs/index.js';
import { onEachPair } from './backends.js';
import { direct } from './classes.js';
import { expectBits, noise } from './numbers.js';
import { byList, gradientsAt, listOf, makeVariables, names, shapes, sizeOf, stepOf } from './runs.js';
import { kinds, twins } from './seven.js';
import { expectSameWeights, type NamedTensor, numbersOf, read, weightsOf } from './weights.js';

/** Copies of an optimizer's weights, which outlive it. */
async function copied(optimizer: Optimizer): Promise<NamedTensor[]> {
  const weights = await optimizer.getWeights();
  return weights.map(({ name, tensor: weight }) => ({ name, tensor: clone(weight) }));
}

/** Steps with gaps, another optimizer that takes over the weights, and steps with gaps. */
async function handedOver(make: () => Optimizer, order = names): Promise<Float32Array[]> {
  const variables = makeVariables();
  const first = make();
  for (let t = 1; t <= 9; t++) byList()(first, t, variables);
  const weights = await copied(first);
  first.dispose();
  const second = make();
  await second.setWeights(weights);
  dispose(weights.map(({ tensor: weight }) => weight));
  expect(second.iterations).toBe(9);
  for (let t = 10; t <= 20; t++) inOrder(second, t, variables, order);
  return rest(variables, second);
}

/** The same without another. */
function goneOn(make: () => Optimizer): Float32Array[] {
  const variables = makeVariables();
  const optimizer = make();
  for (let t = 1; t <= 20; t++) byList()(optimizer, t, variables);
  return rest(variables, optimizer);
}

/** A step by a list in this order. */
function inOrder(optimizer: Optimizer, t: number, variables: Variable[], order: readonly string[]): void {
  const step = optimizer.applyGradients.bind(optimizer);
  const sorted = (list: NamedTensor[]) => order.map(name => list.find(one => one.name === name)!);
  const applyGradients = (list: NamedTensor[], ...told: unknown[]) =>
    Reflect.apply(step, null, [sorted(list), ...told]);
  byList()({ applyGradients } as Optimizer, t, variables);
}

function rest(variables: Variable[], optimizer: Optimizer): Float32Array[] {
  const values = variables.map(numbersOf);
  optimizer.dispose();
  dispose(variables);
  return values;
}

function expectSame(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expected.forEach((values, i) => {
    expectBits(actual[i]!, values, names[i]!);
  });
}

const others = [...names].reverse();

onEachPair(settings => {
  test.each(kinds.filter(({ name }) => name !== 'adamax'))('as stock: $title', async ({ stock, ours }) => {
    const expected = await handedOver(stock);
    expectSame(await handedOver(() => ours(settings)), expected);
    // By names, where stock goes by the place in the list.
    expectSame(await handedOver(() => ours(settings), others), expected);
  });

  // Where both of Adadelta's averages begin with zeros they stay equal, and nothing tells which is which.
  test.each(kinds.filter(({ name }) => name !== 'adamax'))(
    'from whatever is in the slots: $title',
    async pair => {
      const begun = async (make: () => Optimizer) => {
        const variables = makeVariables();
        const [giver, optimizer] = [make(), make()];
        byList()(giver, 1, variables);
        const weights = (await giver.getWeights()).map(({ name, tensor: { shape } }, i) => ({
          name,
          tensor: i === 0 ? scalar(7, 'int32') : tensor(noise(sizeOf(shape), i).map(Math.abs), shape),
        }));
        await optimizer.setWeights(weights);
        dispose(weights.map(({ tensor: weight }) => weight));
        giver.dispose();
        for (let t = 2; t <= 12; t++) byList()(optimizer, t, variables);
        const slots = await weightsOf(optimizer);
        return { values: rest(variables, optimizer), slots };
      };
      const [expected, actual] = [await begun(pair.stock), await begun(() => pair.ours(settings))];
      expectSame(actual.values, expected.values);
      expectSameWeights(actual.slots, expected.slots);
    },
  );

  test('Adamax: as if there had not been another', async () => {
    const { stock, ours } = twins('adamax', 0.05, 0.8, 0.9, null, 0.01);
    const expected = goneOn(stock);
    expectSame(await handedOver(() => ours(settings)), expected);
    expectSame(await handedOver(() => ours(settings), others), expected);
  });

  test.each(direct)('as if there had not been another: $title', async ({ wrapped }) => {
    const expected = goneOn(() => wrapped(settings));
    expectSame(await handedOver(() => wrapped(settings)), expected);
    expectSame(await handedOver(() => wrapped(settings), others), expected);
  });

  test('weights that were taken over are given again, bit for bit', async () => {
    for (const make of [() => adam(0.1, 0.9, 0.999, null, settings), () => nadam(settings)]) {
      const variables = makeVariables();
      const [one, other] = [make(), make()];
      for (let t = 1; t <= 4; t++) byList()(one, t, variables);
      await other.setWeights(await one.getWeights());
      expect(await weightsOf(other)).toEqual(await weightsOf(one));
      // And its own, of which it may still hold the tensors.
      await one.setWeights(await one.getWeights());
      expect(await weightsOf(one)).toEqual(await weightsOf(other));
      one.dispose();
      other.dispose();
      dispose(variables);
    }
  });

  test('variables that come later, and others that sit out then', async () => {
    for (const { ours } of kinds.filter(({ name }) => name !== 'adam')) {
      const variables = makeVariables();
      const later = [['w', 'b'], ['b', 's'], names];
      const go = (optimizer: LanestepOptimizer) =>
        later.forEach((some, t) => {
          stepOf(optimizer, some, t + 2);
        });
      const [giver, optimizer] = [ours(settings), ours(settings)];
      stepOf(giver, ['w', 'b']);
      const start = variables.map(one => clone(one));
      await optimizer.setWeights(await giver.getWeights());
      go(optimizer);
      const values = variables.map(numbersOf);

      variables.forEach((one, i) => {
        one.assign(start[i]!);
      });
      // As with the one that took the first step itself.
      go(giver);
      expectSame(values, variables.map(numbersOf));
      for (const one of [giver, optimizer]) one.dispose();
      dispose([...variables, ...start]);
    }
  });

  test('before the first step, and without variables', async () => {
    for (const make of [
      () => adam(0.1, 0.9, 0.999, null, settings),
      () => adamW(settings),
      () => sgd(1, settings),
    ]) {
      const [one, other] = [make(), make()];
      const weights = read(await one.getWeights());
      expect(weights.map(({ name, dtype, shape, values }) => [name, dtype, shape, ...values])).toEqual([
        ['iter', 'int32', [], 0],
      ]);
      await other.setWeights(await one.getWeights());
      expect(other.iterations).toBe(0);
      one.dispose();
      other.dispose();
    }
  });

  test('a variable that has had no gradient yet', async () => {
    const [one, other] = [nadam(settings), nadam(settings)];
    const variables = makeVariables();
    const gradient = tensor(gradientsAt(1)[0]!, shapes['w']!);
    const step = (optimizer: LanestepOptimizer) =>
      optimizer.applyGradients(
        listOf([
          { name: 'w', tensor: gradient },
          { name: 'b', tensor: null },
        ]),
      );
    step(one);
    await other.setWeights(await one.getWeights());
    expect(await weightsOf(other)).toEqual(await weightsOf(one));
    one.dispose();
    other.dispose();
    dispose([...variables, gradient]);
  });
});

describe('the learning rate and its functions', () => {
  test('stay, and are asked for the step that they are at', async () => {
    const asked: number[] = [];
    const optimizer = sgd(t => {
      asked.push(t);
      return 1 / t;
    });
    const iter = scalar(41, 'int32');
    await optimizer.setWeights([{ name: 'iter', tensor: iter }]);
    asked.length = 0;
    const [variable] = makeVariables();
    const gradient = tensor(gradientsAt(1)[0]!, shapes['w']!);
    optimizer.applyGradients({ w: gradient });
    expect(asked.at(-1)).toBe(42);
    expect(optimizer.learningRate).toBe(1 / 42);
    expect(variable!.isDisposed).toBe(false);
    optimizer.dispose();
    dispose([iter, gradient]);
  });
});
