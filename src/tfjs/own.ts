/**
 * lanestep's own optimizers by short names. Each takes its class' options as an object, or the arguments that its sibling in
 * `tf.train` has, and more behind them: `adamW(1e-3)` beside `adam(1e-3)`.
 */
import { OptionError, show } from '../errors.js';
import { AdamW, type AdamWOptions } from '../rules/adamw.js';
import { ASGD, type ASGDOptions } from '../rules/asgd.js';
import { Lion, type LionOptions } from '../rules/lion.js';
import { NAdam, type NAdamOptions } from '../rules/nadam.js';
import { Nesterov, type NesterovOptions } from '../rules/nesterov.js';
import { RAdam, type RAdamOptions } from '../rules/radam.js';
import { Rprop, type RpropOptions } from '../rules/rprop.js';
import type { Hyper } from '../types.js';
import type { Arguments } from './names.js';
import type { LanestepOptimizer, Settings } from './optimizer.js';
import { checked } from './train/defaults.js';
import { type Wrappable, wrap } from './wrap.js';

type Own<Options> = LanestepOptimizer<Options & Arguments>;

// A class with options, or with arguments of these names and its settings after them.
function own<Options extends object>(
  Class: Wrappable<Options>,
  names: readonly string[],
  given: readonly unknown[],
): Own<Options> {
  const [first, ...rest] = given;
  if (typeof first === 'object' && first !== null && rest.every(one => one === undefined)) {
    return wrap(Class, first as Options & Settings) as Own<Options>;
  }
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
  return wrap(Class, options as Options & Settings) as Own<Options>;
}

/**
 * AdamW: `wrap(AdamW, options)`, with PyTorch's defaults.
 *
 * @throws OptionError, BackendError
 */
export function adamW(options?: AdamWOptions & Arguments & Settings): Own<AdamWOptions>;
export function adamW(
  learningRate: Hyper,
  beta1?: Hyper,
  beta2?: Hyper,
  epsilon?: Hyper | null,
  weightDecay?: Hyper,
  settings?: Settings,
): Own<AdamWOptions>;
export function adamW(...given: unknown[]): Own<AdamWOptions> {
  return own(AdamW, ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'], given);
}

/**
 * Averaged stochastic gradient descent: `wrap(ASGD, options)`.
 *
 * @throws OptionError, BackendError
 */
export function asgd(options?: ASGDOptions & Arguments & Settings): Own<ASGDOptions>;
export function asgd(learningRate: Hyper, settings?: Settings): Own<ASGDOptions>;
export function asgd(...given: unknown[]): Own<ASGDOptions> {
  return own(ASGD, ['learningRate'], given);
}

/**
 * Lion: `wrap(Lion, options)`.
 *
 * @throws OptionError, BackendError
 */
export function lion(options?: LionOptions & Arguments & Settings): Own<LionOptions>;
export function lion(
  learningRate: Hyper,
  beta1?: Hyper,
  beta2?: Hyper,
  weightDecay?: Hyper,
  settings?: Settings,
): Own<LionOptions>;
export function lion(...given: unknown[]): Own<LionOptions> {
  return own(Lion, ['learningRate', 'beta1', 'beta2', 'weightDecay'], given);
}

/**
 * NAdam: `wrap(NAdam, options)`.
 *
 * @throws OptionError, BackendError
 */
export function nadam(options?: NAdamOptions & Arguments & Settings): Own<NAdamOptions>;
export function nadam(
  learningRate: Hyper,
  beta1?: Hyper,
  beta2?: Hyper,
  epsilon?: Hyper | null,
  settings?: Settings,
): Own<NAdamOptions>;
export function nadam(...given: unknown[]): Own<NAdamOptions> {
  return own(NAdam, ['learningRate', 'beta1', 'beta2', 'epsilon'], given);
}

/**
 * Nesterov's gradient at the look-ahead point, by `minimize` or `model.fit`: `wrap(Nesterov, options)`.
 *
 * @throws OptionError, BackendError
 */
export function nesterov(options?: NesterovOptions & Arguments & Settings): Own<NesterovOptions>;
export function nesterov(learningRate: Hyper, momentum?: Hyper, settings?: Settings): Own<NesterovOptions>;
export function nesterov(...given: unknown[]): Own<NesterovOptions> {
  return own(Nesterov, ['learningRate', 'momentum'], given);
}

/**
 * RAdam: `wrap(RAdam, options)`.
 *
 * @throws OptionError, BackendError
 */
export function radam(options?: RAdamOptions & Arguments & Settings): Own<RAdamOptions>;
export function radam(
  learningRate: Hyper,
  beta1?: Hyper,
  beta2?: Hyper,
  epsilon?: Hyper | null,
  settings?: Settings,
): Own<RAdamOptions>;
export function radam(...given: unknown[]): Own<RAdamOptions> {
  return own(RAdam, ['learningRate', 'beta1', 'beta2', 'epsilon'], given);
}

/**
 * Rprop: `wrap(Rprop, options)`.
 *
 * @throws OptionError, BackendError
 */
export function rprop(options?: RpropOptions & Arguments & Settings): Own<RpropOptions>;
export function rprop(learningRate: Hyper, settings?: Settings): Own<RpropOptions>;
export function rprop(...given: unknown[]): Own<RpropOptions> {
  return own(Rprop, ['learningRate'], given);
}
