/** The optimizers of `tf.train` beside ours, with options of several kinds. */
import { type Optimizer, train } from '@tensorflow/tfjs-core';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  type LanestepOptimizer,
  momentum,
  rmsprop,
  type Settings,
  sgd,
} from '../../src/tfjs/index.js';

const ours = { adadelta, adagrad, adam, adamax, momentum, rmsprop, sgd };

/** The name of an optimizer of `tf.train`. */
export type Name = keyof typeof ours;

// How many arguments each has there; ours have their settings after them.
const counts: Readonly<Record<Name, number>> = {
  sgd: 1,
  momentum: 3,
  adagrad: 2,
  adadelta: 3,
  adam: 4,
  adamax: 5,
  rmsprop: 5,
};

/** An optimizer with its options, made by TensorFlow.js and by us. */
export interface Twins {
  readonly name: Name;
  readonly title: string;
  readonly stock: () => Optimizer;
  readonly ours: (settings?: Settings) => LanestepOptimizer;
  /** Whether it divides by a root that is no number where a gradient hardly changes. */
  readonly centered: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: functions of seven signatures
type Loose = (...given: any[]) => any;

/** Twins of this name with these arguments. */
export function twins(name: Name, ...given: readonly unknown[]): Twins {
  const padded = Array.from({ length: counts[name] }, (_, i) => given[i]);
  return {
    name,
    title: `${name}(${given.map(String).join(', ')})`,
    stock: () => (train[name] as Loose)(...padded),
    ours: settings => (ours[name] as Loose)(...padded, settings),
    centered: name === 'rmsprop' && given[4] === true,
  };
}

/** Several option sets of each. */
export const everyTwins: readonly Twins[] = [
  twins('sgd', 0.1),
  twins('sgd', -0.003),
  twins('momentum', 0.05, 0.9),
  twins('momentum', 0.01, 0),
  twins('momentum', 0.05, 0.9, true),
  twins('momentum', 0.1, -0.5, true),
  twins('adagrad', 0.1),
  twins('adagrad', 0.01, 0),
  twins('adagrad', 0.3, 2),
  twins('adadelta'),
  twins('adadelta', 1, 0.9, 1e-4),
  twins('adadelta', 0.5, 0, 0.1),
  twins('adam'),
  twins('adam', 0.05, 0.8, 0.95, 1e-5),
  twins('adam', 0.01, 0, 0.5, 1e-3),
  twins('adam', 0.01, 0.9999, 0, 0.1),
  twins('adamax'),
  twins('adamax', 0.05, 0.8, 0.9, 1e-4),
  twins('adamax', 0.01, 0.9, 0.999, null, 0.01),
  twins('adamax', 0.1, 0, 0.5, null, 3),
  twins('rmsprop', 0.01),
  twins('rmsprop', 0.003, 0.5, 0.9),
  twins('rmsprop', 0.01, 0, -0.3, 0.01),
  twins('rmsprop', 0.001, 0.9, 0, null, true),
  twins('rmsprop', 0.001, 0.95, 0.9, 1e-4, true),
];

/** One of each kind, with state where it can have some. */
export const kinds: readonly Twins[] = [
  twins('sgd', 0.1),
  twins('momentum', 0.05, 0.9),
  twins('momentum', 0.05, 0.9, true),
  twins('adagrad', 0.1),
  twins('adadelta', 1, 0.9, 1e-4),
  twins('adam', 0.05, 0.8, 0.95),
  twins('adamax', 0.05, 0.8, 0.9, null, 0.01),
  twins('rmsprop', 0.01),
  twins('rmsprop', 0.003, 0.8, 0.9),
];
