/**
 * lanestep's own optimizers by short names. Each takes its class' options as an object, or the arguments that its sibling in
 * `tf.train` has, and more behind them: `adamW(1e-3)` beside `adam(1e-3)`.
 */
import { OptionError, show } from '../errors.js';
import {
  AdamW,
  type AdamWOptions,
  ASGD,
  type ASGDOptions,
  Lion,
  type LionOptions,
  NAdam,
  type NAdamOptions,
  Nesterov,
  type NesterovOptions,
  RAdam,
  type RAdamOptions,
  Rprop,
  type RpropOptions,
} from '../rules/index.js';
import type { Hyper } from '../types.js';
import type { Arguments } from './names.js';
import type { LanestepOptimizer, Settings } from './optimizer.js';
import { checked } from './train/defaults.js';
import { type Wrappable, wrap } from './wrap.js';

export type {
  AdamWOptions,
  ASGDOptions,
  LionOptions,
  NAdamOptions,
  NesterovOptions,
  RAdamOptions,
  RpropOptions,
};

/** A short name: its class' options, or arguments and settings behind them. */
interface Short<Options, Given extends readonly unknown[]> {
  (options?: Options & Arguments & Settings): LanestepOptimizer<Options & Arguments>;
  (...given: Given): LanestepOptimizer<Options & Arguments>;
}

// As many names as there are arguments before the settings.
type Names<Given extends readonly unknown[]> =
  Required<Given> extends readonly [...infer Before, Settings] ? { [K in keyof Before]: string } : never;

function short<Options extends object, Given extends readonly unknown[]>(
  Class: Wrappable<Options>,
  ...names: Names<Given>
): Short<Options, Given> {
  return (...given: readonly unknown[]) =>
    wrap(Class, optionsOf(names, given) as Options & Settings) as never;
}

// Options as they are, or out of arguments of these names and the settings after them.
function optionsOf(names: readonly string[], given: readonly unknown[]): object {
  const [first, ...rest] = given;
  if (typeof first === 'object' && first !== null && rest.every(one => one === undefined)) return first;
  const extra = given.slice(names.length + 1).find(one => one !== undefined);
  if (extra !== undefined) {
    throw new OptionError(`Expected ${names.join(', ')} and settings, got ${show(extra)} after them`);
  }
  const settings = given[names.length] === undefined ? {} : given[names.length];
  const options: Record<string, unknown> = { ...checked(settings as Settings) };
  names.forEach((name, i) => {
    // As in tf.train, where null stands for the backend's epsilon; here it is the class' own.
    if (given[i] !== undefined && (name !== 'epsilon' || given[i] !== null)) options[name] = given[i];
  });
  return options;
}

/**
 * AdamW: `wrap(AdamW, options)`, with PyTorch's defaults.
 *
 * @throws OptionError, BackendError
 */
export const adamW: Short<
  AdamWOptions,
  [
    learningRate: Hyper,
    beta1?: Hyper,
    beta2?: Hyper,
    epsilon?: Hyper | null,
    weightDecay?: Hyper,
    settings?: Settings,
  ]
> = short(AdamW, 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay');

/**
 * Averaged stochastic gradient descent: `wrap(ASGD, options)`.
 *
 * @throws OptionError, BackendError
 */
export const asgd: Short<ASGDOptions, [learningRate: Hyper, settings?: Settings]> = short(
  ASGD,
  'learningRate',
);

/**
 * Lion: `wrap(Lion, options)`.
 *
 * @throws OptionError, BackendError
 */
export const lion: Short<
  LionOptions,
  [learningRate: Hyper, beta1?: Hyper, beta2?: Hyper, weightDecay?: Hyper, settings?: Settings]
> = short(Lion, 'learningRate', 'beta1', 'beta2', 'weightDecay');

/**
 * NAdam: `wrap(NAdam, options)`.
 *
 * @throws OptionError, BackendError
 */
export const nadam: Short<
  NAdamOptions,
  [learningRate: Hyper, beta1?: Hyper, beta2?: Hyper, epsilon?: Hyper | null, settings?: Settings]
> = short(NAdam, 'learningRate', 'beta1', 'beta2', 'epsilon');

/**
 * Nesterov's gradient at the look-ahead point, by `minimize` or `model.fit`: `wrap(Nesterov, options)`.
 *
 * @throws OptionError, BackendError
 */
export const nesterov: Short<NesterovOptions, [learningRate: Hyper, momentum?: Hyper, settings?: Settings]> =
  short(Nesterov, 'learningRate', 'momentum');

/**
 * RAdam: `wrap(RAdam, options)`.
 *
 * @throws OptionError, BackendError
 */
export const radam: Short<
  RAdamOptions,
  [learningRate: Hyper, beta1?: Hyper, beta2?: Hyper, epsilon?: Hyper | null, settings?: Settings]
> = short(RAdam, 'learningRate', 'beta1', 'beta2', 'epsilon');

/**
 * Rprop: `wrap(Rprop, options)`.
 *
 * @throws OptionError, BackendError
 */
export const rprop: Short<RpropOptions, [learningRate: Hyper, settings?: Settings]> = short(
  Rprop,
  'learningRate',
);
