// Options that make no optimizer, of each of the seven and of the wrapped ones.
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { BackendError, OptionError } from '../../src/index.js';
import * as tfjs from '../../src/tfjs/index.js';
import { nativeMissing } from '../backends.js';
import { useBackend } from './backends.js';
import { expectRefused } from './digest.js';

beforeAll(() => useBackend('cpu'));

// biome-ignore lint/suspicious/noExplicitAny: what is passed here is wrong on purpose
type Any = any;

const { sgd, momentum, adagrad, adadelta, adam, adamax, rmsprop } = tfjs as Any;

const never = [Number.NaN, Number.POSITIVE_INFINITY, '0.1', {}, [], true, 1n];
/** Beside those that are no number at all. */
const negative = [...never, -1e-9];
const decays = [...negative, 1, 1.5];

/** A place in a signature: [what, make, values that are refused]. */
const places: readonly (readonly [string, (x: unknown) => unknown, readonly unknown[]])[] = [
  ['sgd: learningRate', x => sgd(x), [...never, undefined, null]],
  ['momentum: learningRate', x => momentum(x, 0.9), [...never, undefined, null]],
  ['momentum: momentum', x => momentum(0.1, x), [...never, null]],
  ['momentum: useNesterov', x => momentum(0.1, 0.9, x), [0, 1, 'yes', null, {}]],
  ['adagrad: learningRate', x => adagrad(x), [...never, undefined, null]],
  ['adagrad: initialAccumulatorValue', x => adagrad(0.1, x), [...negative, null]],
  ['adadelta: learningRate', x => adadelta(x), [...never, null]],
  ['adadelta: rho', x => adadelta(0.1, x), [...decays, null]],
  ['adadelta: epsilon', x => adadelta(0.1, 0.9, x), negative],
  ['adam: learningRate', x => adam(x), [...never, null]],
  ['adam: beta1', x => adam(0.1, x), [...decays, null]],
  ['adam: beta2', x => adam(0.1, 0.9, x), [...decays, null]],
  ['adam: epsilon', x => adam(0.1, 0.9, 0.99, x), negative],
  ['adamax: learningRate', x => adamax(x), [...never, null]],
  ['adamax: beta1', x => adamax(0.1, x), [...decays, null]],
  ['adamax: beta2', x => adamax(0.1, 0.9, x), [...decays, null]],
  ['adamax: epsilon', x => adamax(0.1, 0.9, 0.99, x), negative],
  ['adamax: decay', x => adamax(0.1, 0.9, 0.99, null, x), [...negative, null]],
  ['rmsprop: learningRate', x => rmsprop(x), [...never, undefined, null]],
  ['rmsprop: decay', x => rmsprop(0.1, x), [...decays, null]],
  ['rmsprop: momentum', x => rmsprop(0.1, 0.9, x), [...never, null]],
  ['rmsprop: epsilon', x => rmsprop(0.1, 0.9, 0, x), negative],
  ['rmsprop: centered', x => rmsprop(0.1, 0.9, 0, null, x), [0, 1, 'yes', null, {}]],
];

describe.each(places)('%s', (_, make, values) => {
  test.each(
    values.map(value => [typeof value === 'bigint' ? '1n' : JSON.stringify(value), value, String(value)]),
  )('%s', async (_text, value) => {
    const before = memory().numTensors;
    await expectRefused(() => make(value), [OptionError, 'OPTION']);
    // As a value of a function of the step it is no better; but there are no such functions for flags.
    if (typeof value === 'number') await expectRefused(() => make(() => value), [OptionError, 'OPTION']);
    expect(memory().numTensors).toBe(before);
  });
});

const ends: readonly (readonly [string, (settings: unknown) => unknown])[] = [
  ['sgd', x => sgd(0.1, x)],
  ['momentum', x => momentum(0.1, 0.9, false, x)],
  ['adagrad', x => adagrad(0.1, 0.1, x)],
  ['adadelta', x => adadelta(0.1, 0.9, null, x)],
  ['adam', x => adam(0.1, 0.9, 0.99, null, x)],
  ['adamax', x => adamax(0.1, 0.9, 0.99, null, 0, x)],
  ['rmsprop', x => rmsprop(0.1, 0.9, 0, null, false, x)],
  ['adamW', x => tfjs.adamW(x as Any)],
  ['nesterov', x => tfjs.nesterov(x as Any)],
];

describe.each(ends)('the settings of %s', (_, make) => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ['inPlace that is text', { inPlace: 'yes' }, 'inPlace'],
    ['inPlace that is a number', { inPlace: 1 }, 'inPlace'],
    ['inPlace that is null', { inPlace: null }, 'inPlace'],
    ['an unknown backend', { backend: 'webgl' }, 'backend'],
    ['a name that is unknown', { weight_decay: 0.1 }, 'weight_decay'],
    ['gradientScale that is NaN', { gradientScale: Number.NaN }, 'gradientScale'],
    ['gradientScale that is text', { gradientScale: '1' }, 'gradientScale'],
    ['maximize that is a number', { maximize: 1 }, 'maximize'],
  ];
  test.each(wrong)('%s', async (_text, settings, part) => {
    await expectRefused(() => make(settings), [OptionError, 'OPTION', part]);
  });

  test.each([[1], ['yes'], [true]])('%s in their place', async settings => {
    await expectRefused(() => make(settings), [OptionError, 'OPTION']);
  });

  test('none of them', () => {
    for (const settings of [
      undefined,
      {},
      { inPlace: undefined, backend: undefined, gradientScale: undefined },
    ])
      (make(settings) as tfjs.LanestepOptimizer).dispose();
  });

  const why = nativeMissing === null ? ' (skipped: it does load)' : '';
  test.skipIf(nativeMissing === null)(`the native backend where it does not load${why}`, async () => {
    await expectRefused(() => make({ backend: 'native' }), [BackendError, 'BACKEND']);
  });
});

test('what stock takes, we take: a learning rate of zero and below, no epsilon, undefined for a default', () => {
  for (const made of [
    sgd(0),
    sgd(-1),
    momentum(-0.1, -0.9, undefined),
    momentum(0.1, 2),
    adagrad(0.1, undefined),
    adam(undefined, undefined, undefined, undefined),
    adam(0.1, 0, 0, 0),
    adadelta(undefined, undefined, null),
    adamax(undefined, undefined, undefined, null, undefined),
    rmsprop(0.1, undefined, undefined, undefined, undefined),
  ]) {
    expect(made).toBeInstanceOf(tfjs.LanestepOptimizer);
    made.dispose();
  }
});
