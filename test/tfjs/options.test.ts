// Options that make no optimizer, of each of the seven and of the wrapped ones.
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adam, BackendError, OptionError } from '../../src/index.js';
import { stepOptions } from '../../src/step-options.js';
import * as tfjs from '../../src/tfjs/index.js';
import * as own from '../../src/tfjs/own.js';
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

/** lanestep's own by short names, with the names of their arguments: an argument too many is told what goes before it. */
const shorts = Object.fromEntries(
  Object.entries(own as unknown as Record<string, (...given: Any[]) => tfjs.LanestepOptimizer>).map(
    ([name, make]) => {
      try {
        make(0.1, ...Array(20), 'too many');
      } catch (error) {
        return [
          name,
          { make, names: /^Expected (.*) and settings/.exec((error as Error).message)![1]!.split(', ') },
        ];
      }
      throw new Error(`${name} takes any number of arguments`);
    },
  ),
);

const ends: readonly (readonly [string, (settings: unknown) => unknown])[] = [
  ['sgd', x => sgd(0.1, x)],
  ['momentum', x => momentum(0.1, 0.9, false, x)],
  ['adagrad', x => adagrad(0.1, 0.1, x)],
  ['adadelta', x => adadelta(0.1, 0.9, null, x)],
  ['adam', x => adam(0.1, 0.9, 0.99, null, x)],
  ['adamax', x => adamax(0.1, 0.9, 0.99, null, 0, x)],
  ['rmsprop', x => rmsprop(0.1, 0.9, 0, null, false, x)],
  ...Object.entries(shorts).map(
    ([name, { make, names }]) =>
      [name, (x: unknown) => make(0.1, ...names.slice(1).map(() => undefined), x)] as const,
  ),
];

describe.each(ends)('the settings of %s', (_, make) => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ['inPlace that is text', { inPlace: 'yes' }, 'inPlace'],
    ['inPlace that is a number', { inPlace: 1 }, 'inPlace'],
    ['inPlace that is null', { inPlace: null }, 'inPlace'],
    ['an unknown backend', { backend: 'webgl' }, 'backend'],
    ['a name that is unknown', { weight_decay: 0.1 }, 'weight_decay'],
    ['what is an argument, by its name', { learningRate: 0.1 }, 'learningRate'],
    ["what is an argument, by lanestep's name", { lr: 0.1 }, 'lr'],
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

/** Wrong values of arguments, and how an error calls them. */
const called: readonly (readonly [string, () => unknown, string])[] = [
  ['sgd', () => sgd(Number.NaN), 'learningRate'],
  ['momentum', () => momentum(0.1, 0.9, 1), 'useNesterov'],
  ['adam', () => adam(0.1, 2), 'beta1'],
  ['adam', () => adam(0.1, 0.9, 2), 'beta2'],
  ['adam', () => adam(0.1, 0.9, 0.9, -1), 'epsilon'],
  ['rmsprop', () => rmsprop(0.1, 2), 'decay'],
  ['adamW', () => tfjs.adamW(Number.NaN), 'learningRate'],
  ['adamW', () => tfjs.adamW({ beta2: 3 }), 'beta2'],
  ['adamW', () => tfjs.adamW({ betas: [0.5, 3] }), 'betas[1]'],
  ['wrap', () => tfjs.wrap(Adam, { epsilon: -1 } as Any), 'epsilon'],
  ['wrap', () => tfjs.wrap(Adam, { eps: -1 } as Any), 'eps'],
  ['set', () => adam(0.1).set({ beta1: 1 }), 'beta1'],
  ['set', () => adam(0.1).set({ lr: Number.NaN }), 'learningRate'],
  ['set', () => tfjs.rprop().set({ learningRate: Number.NaN }), 'learningRate'],
  ['learningRate', () => tfjs.rprop().setLearningRate(Number.NaN), 'learningRate'],
];
test.each(called)('an error of %s has the name that was given: %#', (_, make, name) => {
  expect(make).toThrow(OptionError);
  expect(make).toThrow(new RegExp(`for ${name.replace(/[[\]]/g, '\\$&')}(\\(\\d\\))?, got`));
});

test('an option by two names is refused, one that is unknown as it is written', () => {
  for (const given of [
    { lr: 0.1, learningRate: 0.1 },
    { betas: [0.9, 0.99], beta1: 0.9 },
    { eps: 1e-8, epsilon: 1e-8 },
  ]) {
    expect(() => tfjs.adamW(given as Any)).toThrow('which are the same, got both');
    expect(() => tfjs.adamW().set(given as Any)).toThrow('which are the same, got both');
  }
  const known = ['learningRate', 'beta1', 'beta2', 'epsilon', ...Object.keys(stepOptions)].join(', ');
  const text = `an option of adam (${known}), got "lr2"`;
  expect(() => adam(0.1).set({ lr2: 1 })).toThrow(text);
});

/** lanestep's own by arguments and by options: what they take besides is their class' own default. */
const values: Readonly<Record<string, number>> = {
  learningRate: 0.5,
  beta1: 0.8,
  beta2: 0.95,
  epsilon: 1e-4,
  momentum: 0.75,
  weightDecay: 0.3,
};
test('arguments stand in the order of tf.train', () => {
  const order = Object.keys(values);
  for (const { names } of Object.values(shorts))
    expect(names).toEqual(order.filter(one => names.includes(one)));
});
const siblings: readonly (readonly [string, readonly unknown[], object])[] = [
  ...Object.entries(shorts).flatMap(([name, { names }]) => {
    const given = names.map(one => values[one]!);
    const {
      learningRate: lr,
      beta1,
      beta2,
      epsilon: eps,
      ...rest
    }: Record<string, number> = Object.fromEntries(names.map((one, i) => [one, given[i]!]));
    const options = {
      lr,
      ...(beta1 === undefined ? {} : { betas: [beta1, beta2] }),
      ...(eps === undefined ? {} : { eps }),
      ...rest,
    };
    return [
      [name, given.slice(0, 1), { lr }],
      [name, [...given, { gradientScale: 2 }], { ...options, gradientScale: 2 }],
    ] as const;
  }),
  [
    'adamW',
    [0.5, undefined, 0.9, null, undefined, { maximize: true }],
    { lr: 0.5, betas: [0.9, 0.9], maximize: true },
  ],
  ['adamW', [{ learningRate: 0.5, beta1: 0.8 }], { lr: 0.5, betas: [0.8, 0.999] }],
];
test.each(siblings)('%s by %j', (name, given, options) => {
  const make = (tfjs as Any)[name];
  const [one, other, plain] = [make(...given), make(options), make()];
  expect(one.getConfig()).toEqual(other.getConfig());
  expect(other.getConfig()).toEqual({ ...plain.getConfig(), ...options });
  plain.set({ learningRate: 0.25 });
  expect(plain.getConfig().lr).toBe(0.25);
  for (const optimizer of [one, other, plain]) optimizer.dispose();
});

test('set() of one beta leaves the other, a function of the step too', () => {
  const optimizer = adam(0.1, 0.5, (t: number) => 0.5 + t / 16);
  optimizer.set({ beta1: 0.25 });
  expect(optimizer.getConfig()).toMatchObject({ beta1: 0.25, beta2: 0.5625 });
  optimizer.set({ beta2: 0.75, learningRate: (t: number) => t });
  expect(optimizer.getConfig()).toMatchObject({ beta1: 0.25, beta2: 0.75, learningRate: 1 });
  optimizer.dispose();
});

test.each([
  ['one argument too many', () => (tfjs as Any).rprop(0.1, {}, 3)],
  ['settings and a number before them', () => (tfjs as Any).adamW({ lr: 0.1 }, 0.9)],
  ['null for a learning rate', () => (tfjs as Any).adamW(null)],
  ['null for a beta', () => (tfjs as Any).adamW(0.1, null)],
])('%s', (_, make) => {
  expect(make).toThrow(OptionError);
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
