// Weights that do not fit are refused, and nothing is changed.
import {
  clone,
  dispose,
  reshape,
  scalar,
  slice,
  type Tensor,
  tensor1d,
  variable,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { StateError } from '../../src/index.js';
import { adam, adamax, nadam, sgd } from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { expectUndone } from './digest.js';
import { byList, makeVariables } from './runs.js';
import { type NamedTensor, read, type Weight, weightsOf } from './weights.js';

type Weights = readonly NamedTensor[];

const makers = {
  adam: () => adam(0.1),
  adamax: () => adamax(0.1),
  nadam: () => nadam(),
} as const;

/** Puts something in the place of a weight. */
const replaced = (
  weights: Weights,
  at: number,
  change: Partial<Record<keyof NamedTensor, unknown>>,
): unknown => weights.map((weight, i) => (i === at ? { ...weight, ...change } : weight));

/** The weights of one slot are those of w, b, s and k. */
const perSlot = 4;

/** A disposed tensor. */
function gone(): Tensor {
  const tensor = tensor1d([1, 2, 3]);
  tensor.dispose();
  return tensor;
}

/** What is wrong: [title, the weights out of right ones, which tensors were made]. */
const unfit: readonly (readonly [string, (weights: Weights) => unknown])[] = [
  ['nothing', () => undefined],
  ['none', () => []],
  ['no list', weights => Object.fromEntries(weights.map(({ name, tensor }) => [name, tensor]))],
  ['null in the place of one', weights => weights.map((weight, i) => (i === 2 ? null : weight))],
  ['one without a tensor', weights => replaced(weights, 2, { tensor: undefined })],
  ['one without a name', weights => replaced(weights, 2, { name: undefined })],
  ['one too few', weights => weights.slice(0, -1)],
  ['one too many', weights => [...weights, { name: 'x/m', tensor: weights[1]!.tensor }]],
  ['no iter', weights => weights.slice(1)],
  ['a scalar slot where iter should be', weights => weights.slice(3)],
  ['a negative iter', weights => replaced(weights, 0, { tensor: scalar(-1, 'int32') })],
  ['an iter that int32 cannot hold', weights => replaced(weights, 0, { tensor: scalar(2 ** 31, 'float32') })],
  ['an infinite iter', weights => replaced(weights, 0, { tensor: scalar(Number.POSITIVE_INFINITY) })],
  ['half an iter', weights => replaced(weights, 0, { tensor: scalar(1.5) })],
  ['iter without a number', weights => replaced(weights, 0, { tensor: scalar(Number.NaN) })],
  ['iter of two', weights => replaced(weights, 0, { tensor: tensor1d([1, 2], 'int32') })],
  ['a disposed tensor', weights => replaced(weights, 2, { tensor: gone() })],
  ['the same variable twice', weights => replaced(weights, 2, { name: weights[1]!.name })],
  [
    'a second slot of another length',
    weights =>
      replaced(weights, 1 + perSlot, { tensor: slice(weights[1 + perSlot]!.tensor, [0, 0], [2, 4]) }),
  ],
  [
    'a second slot of another shape',
    weights => replaced(weights, 1 + perSlot, { tensor: reshape(weights[1 + perSlot]!.tensor, [4, 3]) }),
  ],
  [
    'slots by variable instead of variables by slot',
    ([iter, ...rest]) => [iter, ...[0, 4, 1, 5, 2, 6, 3, 7].map(i => rest[i]), ...rest.slice(8)],
  ],
  [
    'slots of which each has another order',
    ([iter, ...rest]) => [iter, ...rest.slice(0, 4), ...rest.slice(4, 8).reverse(), ...rest.slice(8)],
  ],
];

const clocks: typeof unfit = [
  ['a clock with a number too few', weights => replaced(weights, 9, { tensor: tensor1d([0, 0], 'int32') })],
  ['a clock with half a number', weights => replaced(weights, 9, { tensor: tensor1d([0, 0, 0], 'int32') })],
  [
    'a clock that is no whole number',
    weights => replaced(weights, 9, { tensor: tensor1d([1, 2, 3, 4], 'int32') }),
  ],
  ['a clock of NaN', weights => replaced(weights, 9, { tensor: tensor1d([-1, -1, -1, -1], 'int32') })],
];

/** What was made on the way and is not among the weights, to be disposed. */
function extras(given: unknown, weights: Weights): Tensor[] {
  const own = new Set(weights.map(({ tensor }) => tensor));
  return Array.isArray(given)
    ? given.map(one => (one as NamedTensor | null)?.tensor as Tensor).filter(one => one && !own.has(one))
    : [];
}

onEach(() => {
  for (const [name, make] of Object.entries(makers)) {
    test.each([...unfit, ...(name === 'nadam' ? clocks : [])])(`${name}: %s`, async (_, spoil) => {
      const variables = makeVariables();
      const [giver, optimizer] = [make(), make()];
      for (let t = 1; t <= 5; t++) byList()(giver, t, variables);
      for (let t = 6; t <= 8; t++) byList()(optimizer, t, variables);
      const weights = (await giver.getWeights()).map(({ name: of, tensor }) => ({
        name: of,
        tensor: clone(tensor),
      }));
      const given = spoil(weights);
      await expectUndone(optimizer, () => optimizer.setWeights(given as NamedTensor[]), [
        StateError,
        'STATE',
      ]);
      dispose(extras(given, weights));
      dispose(weights.map(({ tensor }) => tensor));
      giver.dispose();
      optimizer.dispose();
      dispose(variables);
    });
  }

  // Both variables have one shape, so that only the names tell.
  test.each([
    ['slots by variable instead of variables by slot', [0, 1, 3, 2, 4]],
    ['slots of which each has another order', [0, 1, 2, 4, 3]],
    ['iter in the end', [1, 2, 3, 4, 0]],
  ])('%s: by name, or not at all', async (_, order) => {
    const [giver, optimizer] = [adam(0.1), adam(0.1)];
    const variables = ['a', 'b'].map(name => variable(scalar(1), true, name));
    const gradients = [scalar(2), scalar(3)];
    giver.applyGradients({ a: gradients[0]!, b: gradients[1]! });
    const weights = await giver.getWeights();
    const sorted = (list: readonly Weight[]) => [...list].sort((x, y) => (x.name < y.name ? -1 : 1));
    try {
      await optimizer.setWeights(order.map(i => weights[i]!));
      expect(sorted(await weightsOf(optimizer))).toEqual(sorted(read(weights)));
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
    giver.dispose();
    optimizer.dispose();
    dispose([...variables, ...gradients]);
  });

  test('more than iter, where there is no state', async () => {
    const optimizer = sgd(0.1);
    const weights = [
      { name: 'iter', tensor: scalar(3, 'int32') },
      { name: 'w/m', tensor: scalar(1) },
    ];
    await expectUndone(optimizer, () => optimizer.setWeights(weights as NamedTensor[]), [
      StateError,
      'STATE',
      'nothing',
    ]);
    optimizer.dispose();
    dispose(weights.map(({ tensor }) => tensor));
  });

  test('weights of other variables fit, but not at the step', async () => {
    const variables = makeVariables();
    const [giver, optimizer] = [adam(0.1), adam(0.1)];
    byList()(giver, 1, variables);
    const weights = await giver.getWeights();
    // Renamed as if a model was loaded; but there are four of them, and one with a gradient.
    await optimizer.setWeights(
      weights.map(({ name, tensor }, i) => ({ name: i === 0 ? name : `old_${name}`, tensor })),
    );
    const gradient = tensor1d([1, 2, 3, 4, 5]);
    await expectUndone(optimizer, () => optimizer.applyGradients({ b: gradient }), [
      StateError,
      'STATE',
      'old_w [3,4]',
      'b [5]',
    ]);
    byList()(optimizer, 2, variables);
    expect(optimizer.iterations).toBe(2);
    giver.dispose();
    optimizer.dispose();
    dispose([...variables, gradient]);
  });
});
