/** lanestep's own classes with options that take every road through them, for `wrap`. */

import type { FloatArray, Optimizer } from '../../src/index.js';
import * as lanestep from '../../src/index.js';
import { type LanestepOptimizer, type Settings, wrap } from '../../src/tfjs/index.js';
import { everyOptimizer } from '../every-optimizer.js';

// biome-ignore lint/suspicious/noExplicitAny: options and inputs differ from class to class
type Any = any;

/** A class with options. */
export interface Wrappable {
  readonly name: string;
  readonly title: string;
  readonly wrapped: (settings?: Settings) => LanestepOptimizer;
  readonly plain: (params: readonly FloatArray[], settings?: Settings) => Optimizer<Any, Any, Any>;
}

const options: Readonly<Record<string, readonly object[]>> = {
  Adadelta: [{}, { lr: 0.5, rho: 0.8, weightDecay: 0.01 }],
  Adagrad: [{}, { lrDecay: 0.1, initialAccumulatorValue: 0.3, weightDecay: 0.01 }],
  Adam: [{ lr: 0.01 }, { lr: 0.1, betas: [0.8, 0.95], amsgrad: true, weightDecay: 0.01 }],
  AdamW: [{ lr: 0.01 }, { lr: 0.1, betas: [0.8, 0.95], amsgrad: true, weightDecay: 0.3 }],
  Adamax: [{}, { betas: [0.8, 0.9], weightDecay: 0.01 }],
  ASGD: [{ lr: 0.05 }, { lr: 0.1, lambd: 0.01, alpha: 0.9, t0: 4 }],
  Lion: [{ lr: 0.01 }, { lr: 0.02, betas: [0.5, 0.8], weightDecay: 0.1 }],
  NAdam: [{}, { lr: 0.01, momentumDecay: 0.1, weightDecay: 0.01, decoupledWeightDecay: true }],
  Nesterov: [{ lr: 0.01 }, { lr: 0.02, momentum: 0.5, weightDecay: 0.01 }],
  RAdam: [{ lr: 0.01 }, { lr: 0.1, betas: [0.5, 0.6], weightDecay: 0.01 }],
  RMSprop: [{}, { alpha: 0.8, momentum: 0.5, centered: true, weightDecay: 0.01 }],
  Rprop: [{}, { lr: 0.05, etas: [0.4, 1.3], stepSizes: [1e-4, 0.2] }],
  SGD: [{ lr: 0.1 }, { lr: 0.1, momentum: 0.9, dampening: 0.1 }, { lr: 0.1, momentum: 0.9, nesterov: true }],
};

/** Every class that is exported, so that a new one cannot be forgotten. */
export const classNames = everyOptimizer.filter(({ tfjs }) => !tfjs).map(({ name }) => name);

const Classes = lanestep as unknown as Record<string, new (params: Any, given?: object) => Any>;

/** All of them, with all of their options. */
export const every: readonly Wrappable[] = classNames.flatMap(name =>
  (options[name] ?? []).map(
    (given): Wrappable => ({
      name,
      title: `${name} ${JSON.stringify(given)}`,
      wrapped: settings => wrap(Classes[name]!, { ...given, ...settings }),
      plain: (params, settings) => new Classes[name]!(params, { ...given, ...settings }),
    }),
  ),
);

/** Those that take gradients. `Nesterov` asks for them at the look-ahead point. */
export const direct = every.filter(({ name }) => name !== 'Nesterov');
